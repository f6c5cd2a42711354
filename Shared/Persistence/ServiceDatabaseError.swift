public import PreviewDomain

/// Why a service's database can't be used.
public enum ServiceDatabaseError: Error, Sendable, Equatable {
    /// The file can't be opened or made.
    case cannotOpen(path: String, reason: String)
    /// The file is damaged.
    case damaged(path: String, findings: [String])
    /// A newer version of the service has changed the schema.
    case newerSchema(path: String)
    /// The schema can't be brought up to date.
    case migrationFailed(path: String, reason: String)
}

extension ServiceDatabaseError: ClassifiedFailure {
    /// A service cannot do without its database.
    public var failureClass: FailureClass { .fatal }
}

extension ServiceDatabaseError: CustomStringConvertible {
    /// One sentence for an operator, with what to do.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "the database \(path) can't be opened: \(reason); check that its folder exists and can be written to"
        case .damaged(let path, let findings):
            "the database \(path) is damaged: \(findings.joined(separator: "; ")); restore it from a backup"
        case .newerSchema(let path):
            "the database \(path) was used by a newer version; start that version, or restore an older backup"
        case .migrationFailed(let path, let reason):
            "the schema of the database \(path) can't be brought up to date: \(reason); nothing was changed by this step"
        }
    }
}
