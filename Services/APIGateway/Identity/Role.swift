/// What someone may do in an organization; each role may do what those before it may.
enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    /// Looks.
    case viewer
    /// Creates, updates, retries and tears down previews.
    case developer
    /// Approves and rejects.
    case approver
    /// Makes and revokes tokens.
    case admin

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .developer: 1
        case .approver: 2
        case .admin: 3
        }
    }
}
