import PreviewDomain
import Synchronization

/// The resources whose previews' namespaces carry their names already, as far as this process knows.
final class NotedNamespaces: Sendable {
    private let resources = Mutex<Set<PreviewResource>>([])

    func contains(_ resource: PreviewResource) -> Bool { resources.withLock { $0.contains(resource) } }

    func add(_ resource: PreviewResource) { resources.withLock { _ = $0.insert(resource) } }
}
