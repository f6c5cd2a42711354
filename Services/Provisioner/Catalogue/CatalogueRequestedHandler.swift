import MessageBus
import PreviewDomain

/// Answers with the applications of the clusters, read anew.
struct CatalogueRequestedHandler: MessageHandler {
    let clusters: Clusters
    let sealingKey: SealingKey
    let excludedNamespaces: Set<String>

    func handle(_ payload: CatalogueRequested, context: MessageContext) async throws -> [any MessagePayload] {
        var catalogues: [CatalogueChanged] = []
        for access in clusters.all where payload.cluster == nil || payload.cluster == access.name {
            let reader = CatalogueReader(access: access, excludedNamespaces: excludedNamespaces)
            let catalogue = await reader.catalogue(sealingKey: sealingKey.publicKey, last: nil)
            // What is known there is better than nothing; the watcher reports the problem beside it.
            if catalogue.problem == nil { catalogues.append(catalogue) }
        }
        return catalogues
    }
}
