public import Foundation

/// What one report said about one part of a preview.
public struct Fact: Codable, Sendable, Hashable {
    /// The part that it is about.
    public var part: Part
    /// The generation that was acted on; for a promotion the number of its attempt.
    public var generation: Int
    /// How the part stands.
    public var state: PartState
    /// When the reporter saw it.
    public var observedAt: Date
    /// What is going on, in words.
    public var message: String?
    /// Why the part does not work, and what to do; `nil` where it does, or may yet.
    public var failure: Failure?
    /// How far it is, 0 to 1, where that is known.
    public var progress: Double?
    /// Since when it is worked on, or before when it was not yet: waiting for its turn uses up no time.
    public var begunAt: Date?
    /// What else is known, by kind of part; `nil` where nothing is.
    public var detail: FactDetail?

    /// Creates a fact.
    public init(
        part: Part, generation: Int, state: PartState, observedAt: Date, message: String? = nil,
        failure: Failure? = nil, progress: Double? = nil, begunAt: Date? = nil, detail: FactDetail? = nil
    ) {
        self.part = part
        self.generation = generation
        self.state = state
        self.observedAt = observedAt
        self.message = message
        self.failure = failure
        self.progress = progress
        self.begunAt = begunAt
        self.detail = detail
    }

    /// Whether this fact replaces another one about the same part.
    ///
    /// The relation is a total order on facts, so the one that stays is the same in whatever order they came.
    public func supersedes(_ other: Fact) -> Bool {
        if generation != other.generation { return generation > other.generation }
        let (mine, theirs) = (part.isAbsorbing(state), part.isAbsorbing(other.state))
        if mine != theirs { return mine }
        if observedAt != other.observedAt { return observedAt > other.observedAt }
        if state != other.state { return state > other.state }
        return tieBreaker > other.tieBreaker
    }

    private var tieBreaker: String {
        (try? JSONCoding.encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// What a report says beside its state, by kind of part.
public enum FactDetail: Codable, Sendable, Hashable {
    case namespace(podSecurity: String)
    case database(DatabaseDetail)
    case service(readyReplicas: Int)
    case address(url: String, hosts: [String])
    case promotion(PromotionDetail)
    case cleanup(CleanupDetail)
}

/// Where a clone answers and how it was made.
public struct DatabaseDetail: Codable, Sendable, Hashable {
    /// How it was cloned: `volume-snapshot`, `pg_basebackup` or `import`.
    public var method: String
    /// The host inside the cluster.
    public var host: String
    /// The port there.
    public var port: Int
    /// The application database's name.
    public var database: String
    /// The role that owns it.
    public var owner: String
    /// The secret in the preview's namespace with the clone's credentials.
    public var secret: String
    /// The size of its volume, as a Kubernetes quantity, where it is known.
    public var size: String?

    /// Creates a detail.
    public init(
        method: String, host: String, port: Int = 5432, database: String, owner: String, secret: String,
        size: String? = nil
    ) {
        self.method = method
        self.host = host
        self.port = port
        self.database = database
        self.owner = owner
        self.secret = secret
        self.size = size
    }
}

/// What a promotion did.
public struct PromotionDetail: Codable, Sendable, Hashable {
    /// The rendered difference, as unified diff.
    public var diff: String?
    /// The Helm revision or Deployment revision after it.
    public var revision: String?
    /// Whether production was put back as it was, after a failure.
    public var rolledBack: Bool

    /// Creates a detail.
    public init(diff: String? = nil, revision: String? = nil, rolledBack: Bool = false) {
        self.diff = diff
        self.revision = revision
        self.rolledBack = rolledBack
    }
}

/// What one worker's cleanup removed, or could not.
public struct CleanupDetail: Codable, Sendable, Hashable {
    /// The objects that were verified gone.
    public var removed: [ReceiptEntry]
    /// The objects that are still there.
    public var stuck: [StuckObject]

    /// Creates a detail.
    public init(removed: [ReceiptEntry] = [], stuck: [StuckObject] = []) {
        self.removed = removed
        self.stuck = stuck
    }
}

/// An object that was verified gone.
public struct ReceiptEntry: Codable, Sendable, Hashable {
    /// The object.
    public var object: ObjectReference
    /// Who made it.
    public var madeBy: String
    /// When its absence was verified.
    public var verifiedAt: Date

    /// Creates an entry.
    public init(object: ObjectReference, madeBy: String, verifiedAt: Date) {
        self.object = object
        self.madeBy = madeBy
        self.verifiedAt = verifiedAt
    }
}

/// An object that could not be removed, and why.
public struct StuckObject: Codable, Sendable, Hashable {
    /// The object.
    public var object: ObjectReference
    /// Why it is still there, and what to do.
    public var failure: Failure

    /// Creates a stuck object.
    public init(object: ObjectReference, failure: Failure) {
        self.object = object
        self.failure = failure
    }
}
