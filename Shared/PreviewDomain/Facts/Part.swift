/// One of the things that a preview is made of, each reported on its own.
public enum Part: Codable, Sendable, Hashable, CustomStringConvertible {
    case namespace
    /// A database clone, by its name.
    case database(String)
    /// A service, by its name.
    case service(String)
    /// The outside address of a service, by the service's name.
    case address(String)
    /// The promotion of a service, by the service's name.
    case promotion(String)
    /// One worker's share of the cleanup.
    case cleanup(CleanupParticipant)

    /// The part as one word, such as `database/orders-db`; read back by ``init(_:)``.
    public var description: String {
        switch self {
        case .namespace: "namespace"
        case .database(let name): "database/\(name)"
        case .service(let name): "service/\(name)"
        case .address(let name): "address/\(name)"
        case .promotion(let name): "promotion/\(name)"
        case .cleanup(let participant): "cleanup/\(participant.rawValue)"
        }
    }

    /// Reads what ``description`` wrote.
    public init?(_ text: String) {
        let pieces = text.split(separator: "/", maxSplits: 1).map(String.init)
        switch (pieces.first, pieces.count == 2 ? pieces[1] : nil) {
        case ("namespace", nil): self = .namespace
        case ("database", let name?): self = .database(name)
        case ("service", let name?): self = .service(name)
        case ("address", let name?): self = .address(name)
        case ("promotion", let name?): self = .promotion(name)
        case ("cleanup", let name?):
            guard let participant = CleanupParticipant(rawValue: name) else { return nil }
            self = .cleanup(participant)
        default: return nil
        }
    }

    /// Whether a report in the state given is the last word on the part, whatever comes later.
    ///
    /// A promotion or a cleanup that is completed stays so; everything else can change with the cluster.
    func isAbsorbing(_ state: PartState) -> Bool {
        switch self {
        case .promotion, .cleanup: state == .ready
        default: false
        }
    }
}

/// The services that answer for a part of the cleanup.
public enum CleanupParticipant: String, Codable, Sendable, Hashable, CaseIterable {
    case provisioner
    case databaseCloner = "db-cloner"
    case dnsManager = "dns-manager"
    case reaper
}

/// What was reported of a part. The order is that of progress; it decides between reports of the same instant.
public enum PartState: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    /// Work on it goes on.
    case working
    /// It exists but does not work, and may come to.
    case unhealthy
    /// It works; a promotion or cleanup is completed.
    case ready
    /// It failed for good.
    case failed

    /// Whether a part has come less far.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .working: 0
        case .unhealthy: 1
        case .ready: 2
        case .failed: 3
        }
    }
}
