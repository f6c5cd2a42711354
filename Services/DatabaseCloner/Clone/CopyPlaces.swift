import Shared
import Synchronization

/// The clones that this process is about to make, before the cluster shows them.
final class CopyPlaces: Sendable {
    /// A clone.
    struct Place: Sendable, Hashable {
        let namespace: String
        let name: String

        init(namespace: String, name: String) {
            self.namespace = namespace
            self.name = name
        }

        init(_ clone: KubernetesObject) { self.init(namespace: clone.namespace ?? "", name: clone.name) }
    }

    private let taken = Mutex<[DatabaseReference: [Place]]>([:])

    /// Notes that a clone of a source is about to be made. Returns those that were noted before it.
    func take(_ place: Place, of source: DatabaseReference) -> Set<Place> {
        taken.withLock { taken in
            defer { taken[source, default: []].append(place) }
            return Set(taken[source] ?? [])
        }
    }

    /// Notes that the cluster shows the clone, or that it is not made.
    func leave(_ place: Place, of source: DatabaseReference) {
        taken.withLock { taken in
            guard let index = taken[source]?.firstIndex(of: place) else { return }
            taken[source]?.remove(at: index)
            if taken[source]?.isEmpty == true { taken[source] = nil }
        }
    }
}
