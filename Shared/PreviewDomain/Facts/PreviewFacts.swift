public import Foundation

/// All that is known of a preview's parts: of each the one fact that supersedes the others.
///
/// Recording facts is idempotent, commutative and associative: any order and repetition ends in the same value.
public struct PreviewFacts: Sendable, Hashable {
    private var newest: [Part: Fact]
    private var ready: [Part: ReadyMark]
    private var first: [Part: ReadyMark]

    /// Creates the knowledge that the facts make up.
    public init(_ facts: some Sequence<Fact> = []) {
        newest = [:]
        ready = [:]
        first = [:]
        for fact in facts { record(fact) }
    }

    /// Takes a report into account. Returns whether it told anything new.
    @discardableResult
    public mutating func record(_ fact: Fact) -> Bool {
        if fact.state == .ready {
            let mark = ReadyMark(generation: fact.generation, observedAt: fact.observedAt)
            record(mark, of: fact.part)
            record(first: mark, of: fact.part)
        }
        if let known = newest[fact.part], !fact.supersedes(known) { return false }
        newest[fact.part] = fact
        return true
    }

    /// Takes into account that a part was seen ready, as a fact that was superseded meanwhile said.
    public mutating func record(_ mark: ReadyMark, of part: Part) {
        ready[part] = ready[part].map { max($0, mark) } ?? mark
    }

    /// Takes into account that a part was seen ready, as the first report of its generation said.
    public mutating func record(first mark: ReadyMark, of part: Part) {
        guard let known = first[part] else {
            first[part] = mark
            return
        }
        if mark.generation != known.generation {
            if mark.generation > known.generation { first[part] = mark }
        } else {
            first[part] = min(known, mark)
        }
    }

    /// When a part was first seen ready in the newest generation that was.
    public func firstReady(_ part: Part) -> ReadyMark? { first[part] }

    /// When a part was last seen ready, whatever is known of it since.
    public func lastReady(_ part: Part) -> ReadyMark? { ready[part] }

    /// The fact about a part, whatever its generation.
    public subscript(part: Part) -> Fact? { newest[part] }

    /// The facts, in the order of their parts' names.
    public var all: [Fact] { newest.values.sorted { $0.part.description < $1.part.description } }

    /// Every part of which something is known.
    public var parts: Set<Part> { Set(newest.keys).union(ready.keys) }

    /// Whether nothing was reported yet.
    public var isEmpty: Bool { newest.isEmpty }
}

/// That a part was ready at some time, from which on its absence is counted.
public struct ReadyMark: Codable, Sendable, Hashable, Comparable {
    /// The generation that was ready; for a promotion the number of its attempt.
    public var generation: Int
    /// When that was seen.
    public var observedAt: Date

    /// Creates a mark.
    public init(generation: Int, observedAt: Date) {
        self.generation = generation
        self.observedAt = observedAt
    }

    /// Whether a mark is of an older generation, or of the same one earlier.
    public static func < (left: Self, right: Self) -> Bool {
        (left.generation, left.observedAt) < (right.generation, right.observedAt)
    }
}

/// That a part was asked for.
public struct PartRequest: Codable, Sendable, Hashable {
    /// The part that was asked for.
    public var part: Part
    /// The generation that was asked for; for a promotion the number of its attempt.
    public var generation: Int
    /// Counts from 1; an overdue answer is asked for again.
    public var attempt: Int
    /// When that was.
    public var requestedAt: Date

    /// Creates a record of a request.
    public init(part: Part, generation: Int, attempt: Int, requestedAt: Date) {
        self.part = part
        self.generation = generation
        self.attempt = attempt
        self.requestedAt = requestedAt
    }
}
