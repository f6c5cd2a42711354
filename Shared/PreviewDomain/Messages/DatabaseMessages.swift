public import Foundation

/// Asks db-cloner for a copy of a database in the preview's namespace.
public struct DatabaseRequested: PreviewMessagePayload {
    public static let key = MessageKey("database", "requested")
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
    public static let key = MessageKey("database", "cloning")
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
    public var observedAt: Date
    /// How it is cloned: `volume-snapshot`, `pg_basebackup` or `import`.
    public var method: String
    /// What is going on, in words.
    public var message: String
    /// How far it is, 0 to 1, where that is known.
    public var progress: Double?

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, database: String, observedAt: Date, method: String, message: String,
        progress: Double? = nil
    ) {
        self.preview = preview
        self.database = database
        self.observedAt = observedAt
        self.method = method
        self.message = message
        self.progress = progress
    }

    public var fact: Fact {
        Fact(
            part: .database(database), generation: 1, state: .working, observedAt: observedAt,
            message: "\(method): \(message)", progress: progress)
    }
}

/// A clone answers and holds data.
public struct DatabaseReady: FactMessagePayload {
    public static let key = MessageKey("database", "ready")
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
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

    public var fact: Fact {
        Fact(
            part: .database(database), generation: 1, state: .ready, observedAt: observedAt,
            detail: .database(detail))
    }
}

/// A database can't be cloned.
public struct DatabaseFailed: FactMessagePayload {
    public static let key = MessageKey("database", "failed")
    public var preview: PreviewReference
    /// The clone's name.
    public var database: String
    public var observedAt: Date
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, database: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.database = database
        self.observedAt = observedAt
        self.failure = failure
    }

    public var fact: Fact {
        Fact(part: .database(database), generation: 1, state: .failed, observedAt: observedAt, failure: failure)
    }
}
