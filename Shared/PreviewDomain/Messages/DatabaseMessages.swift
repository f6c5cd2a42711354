public import Foundation

/// Asks db-cloner for a copy of a database in the preview's namespace.
public struct DatabaseRequested: PreviewMessagePayload {
    /// `database.requested`.
    public static let key = MessageKey("database", "requested")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The clone to make and the cluster to make it from.
    public var database: PreviewDatabase

    /// Creates the value from its fields.
    public init(preview: PreviewReference, database: PreviewDatabase) {
        self.preview = preview
        self.database = database
    }
}

/// A clone is being made.
public struct DatabaseCloning: FactMessagePayload {
    /// `database.cloning`.
    public static let key = MessageKey("database", "cloning")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
    /// When the sender saw it.
    public var observedAt: Date
    /// How it is cloned: `volume-snapshot`, `pg_basebackup` or `import`; ``waiting`` where it is not yet.
    public var method: String
    /// What is going on, in words.
    public var message: String
    /// How far it is, 0 to 1, where that is known.
    public var progress: Double?
    /// When making it began; `nil` while it waits for its turn.
    public var begunAt: Date?

    /// The method of a clone that waits for its turn.
    public static let waiting = "waiting"

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, database: String, observedAt: Date, method: String, message: String,
        progress: Double? = nil, begunAt: Date? = nil
    ) {
        self.preview = preview
        self.database = database
        self.observedAt = observedAt
        self.method = method
        self.message = message
        self.progress = progress
        self.begunAt = begunAt
    }

    /// The database is being worked on, or waits for its turn until now at least.
    public var fact: Fact {
        Fact(
            part: .database(database), generation: 1, state: .working, observedAt: observedAt,
            message: "\(method): \(message)", progress: progress,
            begunAt: method == Self.waiting ? observedAt : begunAt)
    }
}

/// A clone answers and holds data.
public struct DatabaseReady: FactMessagePayload {
    /// `database.ready`.
    public static let key = MessageKey("database", "ready")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
    /// When the sender saw it.
    public var observedAt: Date
    /// Where it answers and how it was made.
    public var detail: DatabaseDetail

    /// Creates the value from its fields.
    public init(preview: PreviewReference, database: String, observedAt: Date, detail: DatabaseDetail) {
        self.preview = preview
        self.database = database
        self.observedAt = observedAt
        self.detail = detail
    }

    /// The database is ready, with where it answers.
    public var fact: Fact {
        Fact(
            part: .database(database), generation: 1, state: .ready, observedAt: observedAt,
            detail: .database(detail))
    }
}

/// A database can't be cloned.
public struct DatabaseFailed: FactMessagePayload {
    /// `database.failed`.
    public static let key = MessageKey("database", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, database: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.database = database
        self.observedAt = observedAt
        self.failure = failure
    }

    /// The database has failed.
    public var fact: Fact {
        Fact(part: .database(database), generation: 1, state: .failed, observedAt: observedAt, failure: failure)
    }
}
