public import KubernetesClient
public import PreviewDomain
import Synchronization

/// Remembers which objects previews have, so that one is missed when somebody deletes it behind its preview's back, and is
/// not when it goes with its preview.
public final class MissedObjects<Key: Hashable & Sendable>: Sendable {
    /// What is to be made of an object that is not there.
    public enum Absence: Sendable, Hashable {
        /// Nobody knew it, or its preview's namespace goes as well.
        case expected
        /// It has only just been noticed: look again after ``MissedObjects/patience``.
        case unclear
        /// Somebody deleted it, and its preview goes on. This is said until the object is noted again or forgotten, so that
        /// a report that failed is made up for.
        case deleted(from: PreviewReference)
    }

    private struct Owner: Sendable {
        var preview: PreviewReference
        var isMissing = false
    }

    /// A preview's end takes its objects and its namespace at once; after this long both show.
    public static var patience: Duration { .seconds(2) }

    private let client: KubernetesClient
    private let owners = Mutex<[Key: Owner]>([:])

    /// Creates a memory of objects on one cluster.
    public init(client: KubernetesClient) {
        self.client = client
    }

    /// Notes that an object is there, and whose it is.
    public func note(_ key: Key, of preview: PreviewReference) {
        owners.withLock { $0[key] = Owner(preview: preview) }
    }

    /// Drops an object whose loss was reported.
    public func forget(_ key: Key) { owners.withLock { $0[key] = nil } }

    /// What is to be made of an object that was looked for and is not there.
    ///
    /// - Throws: `KubernetesError` where the preview's namespace could not be looked at.
    public func absence(of key: Key) async throws -> Absence {
        let found = owners.withLock { owners -> (owner: Owner, wasMissing: Bool)? in
            guard let owner = owners[key] else { return nil }
            owners[key]?.isMissing = true
            return (owner, owner.isMissing)
        }
        guard let (owner, wasMissing) = found else { return .expected }
        guard wasMissing else { return .unclear }
        let namespace = try await client.get(.namespaces, name: owner.preview.namespace)
        guard let namespace, !namespace.isBeingDeleted else {
            forget(key)
            return .expected
        }
        return .deleted(from: owner.preview)
    }
}
