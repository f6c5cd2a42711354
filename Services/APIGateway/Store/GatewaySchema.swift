import Persistence

/// The gateway's tables, step by step.
enum GatewaySchema {
    static let migrations: [Migration] = [
        .previews, .history, .access, .clusters, .resources, .origins, .hosts, .identity, .tokenUse, .drafts, .versions,
        .firstReady, .lists, .names, .auditSearch, .clustersHeard, Outbox.migration,
    ]
}
