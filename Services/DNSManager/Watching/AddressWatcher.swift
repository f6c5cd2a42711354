import Logging
import ServiceLifecycle
import Shared

/// Tries the addresses on one cluster when something changes that bears on them, and now and then.
struct AddressWatcher: Service {
    private let client: KubernetesClient
    private let anchorType: ResourceType
    private let logger: Logger
    private let reconciler: Reconciler<AddressKey>

    init(keeper: AddressKeeper, client: KubernetesClient, anchorType: ResourceType, logger: Logger) {
        self.client = client
        self.anchorType = anchorType
        self.logger = logger
        reconciler = Reconciler(
            "addresses", concurrency: 32, delays: .milliseconds(50) ... .seconds(2), logger: logger
        ) { key in
            try await keeper.reconcile(key)
        }
    }

    func run() async throws {
        let changes = ObjectChanges(client: client, logger: logger)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await reconciler.run() }
            let ours = LabelSelector(stringLiteral: PreviewLabels.selector())
            group.addTask { await changes.follow(anchorType, labels: ours) { look(at: $0.namespace, $0.name) } }
            group.addTask { await changes.follow(.services, labels: ours) { look(at: $0.namespace, $0.name) } }
            group.addTask {
                // Slices may not carry their service's labels, so those of namespaces that are not ours come as well.
                await changes.follow(.endpointSlices) { slice in
                    guard PreviewNamespace.isPlausible(slice.namespace) else { return }
                    look(at: slice.namespace, slice.labels["kubernetes.io/service-name"])
                }
            }
        }
    }

    /// Anchors have the names of the services behind them.
    private func look(at namespace: String?, _ name: String?) {
        guard let namespace, let name else { return }
        reconciler.request(AddressKey(namespace: namespace, name: name))
    }
}

/// Which namespaces may belong to previews, by their names alone.
enum PreviewNamespace {
    static func isPlausible(_ namespace: String?) -> Bool { namespace?.hasPrefix("preview-") == true }
}
