import Logging
import Shared
import Synchronization

/// Every type of object that a cluster serves and that can be listed and deleted.
final class KindDiscovery: Sendable {
    private let client: KubernetesClient
    private let logger: Logger
    private let known = Mutex<(types: [ResourceType], at: ContinuousClock.Instant)?>(nil)

    init(client: KubernetesClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// The types, asked for again when they were asked for a while ago.
    func types(notOlderThan age: Duration) async throws -> [ResourceType] {
        if let known = known.withLock({ $0 }), .now - known.at < age { return known.types }
        let served = try await client.discover()
        if !served.unavailable.isEmpty {
            logger.warning(
                "Could not discover types of servers that are away", metadata: ["groups": "\(served.unavailable)"])
        }
        let found = served.types.filter(Self.isSearched).map(\.type)
        known.withLock { $0 = (found, .now) }
        return found
    }

    /// Whether objects of the type can be ours: not where they are not stored, are events, or show other objects.
    static func isSearched(_ served: ServedType) -> Bool {
        served.isRemovable && !["Event", "Endpoints"].contains(served.type.kind)
            && served.type.group != "metrics.k8s.io"
    }
}
