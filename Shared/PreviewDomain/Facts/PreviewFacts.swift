public import Foundation

/// All that is known of a preview's parts: of each the one fact that supersedes the others.
///
/// Recording facts is idempotent, commutative and associative: any order and repetition ends in the same value.
public struct PreviewFacts: Sendable, Hashable {
    private var newest: [Part: Fact]

    /// Creates the knowledge that the facts make up.
    public init(_ facts: some Sequence<Fact> = []) {
        newest = [:]
        for fact in facts { record(fact) }
    }

    /// Takes a report into account. Returns whether it told anything new.
    @discardableResult
    public mutating func record(_ fact: Fact) -> Bool {
        if let known = newest[fact.part], !fact.supersedes(known) { return false }
        newest[fact.part] = fact
        return true
    }

    /// The fact about a part, whatever its generation.
    public subscript(part: Part) -> Fact? { newest[part] }

    /// The facts, in the order of their parts' names.
    public var all: [Fact] { newest.values.sorted { $0.part.description < $1.part.description } }

    /// Whether nothing was reported yet.
    public var isEmpty: Bool { newest.isEmpty }
}

/// That a part was asked for.
public struct PartRequest: Codable, Sendable, Hashable {
    public var part: Part
    /// The generation that was asked for; for a promotion the number of its attempt.
    public var generation: Int
    /// Counts from 1; an overdue answer is asked for again.
    public var attempt: Int
    public var requestedAt: Date

    /// Creates a record of a request.
    public init(part: Part, generation: Int, attempt: Int, requestedAt: Date) {
        self.part = part
        self.generation = generation
        self.attempt = attempt
        self.requestedAt = requestedAt
    }
}
