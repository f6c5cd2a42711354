import KubernetesClient
import MessageBus
import PreviewDomain

/// Answers with the applications of the clusters, read anew, and with whether the clusters can be reached: a gateway that
/// starts asks, and knows both without waiting for the next report.
struct CatalogueRequestedHandler: MessageHandler {
    let clusters: Clusters
    let sealingKey: SealingKey
    let excludedNamespaces: Set<String>

    func handle(_ payload: CatalogueRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let wanted = clusters.all.filter { payload.cluster == nil || payload.cluster == $0.name }
        let known: [any MessagePayload] = wanted.compactMap { access -> ClusterObserved? in
            guard let reachability = access.client.reachability?.current, reachability.status != .unknown else {
                return nil
            }
            return access.observation(reachability)
        }
        return try await withThrowingTaskGroup(of: CatalogueChanged.self) { group in
            for access in wanted {
                group.addTask {
                    let reader = CatalogueReader(access: access, excludedNamespaces: excludedNamespaces)
                    return try await reader.catalogue(sealingKey: sealingKey.publicKey, last: nil)
                }
            }
            // What is known there is better than nothing; the watcher reports the problem beside it.
            return try await group.reduce(into: known) { if $1.problem == nil { $0.append($1) } }
        }
    }
}
