/// How strictly the server looks at fields that it does not know.
public enum FieldValidation: String, Sendable, Hashable {
    /// They are dropped in silence.
    case ignore = "Ignore"
    /// They are dropped with a warning, which is logged.
    case warn = "Warn"
    /// They are an error.
    case strict = "Strict"
}

/// How a patch is written.
public enum Patch: Sendable, Hashable {
    /// A JSON merge patch (RFC 7386): members replace members, `null` removes.
    case merge(JSONValue)
    /// A JSON patch (RFC 6902): operations in order; it fails as a whole where a `test` fails.
    case json([JSONPatch.Operation])
    /// Kubernetes' own merge, which knows the keys of lists. Custom resources do not take it.
    case strategic(JSONValue)
}

/// What must hold for a deletion to happen; otherwise it is a conflict.
public struct Preconditions: Sendable, Hashable {
    /// The object is this very one, not a later one of the same name.
    public var uid: String?
    /// The object has not changed since.
    public var resourceVersion: String?

    /// Preconditions of a deletion.
    public init(uid: String? = nil, resourceVersion: String? = nil) {
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

/// What happens to the objects that a deleted object owns.
public enum DeletionPropagation: String, Sendable, Hashable {
    /// They are deleted afterwards.
    case background = "Background"
    /// They are deleted first.
    case foreground = "Foreground"
    /// They stay.
    case orphan = "Orphan"
}

/// What became of a deletion.
public enum DeletionResult: Sendable, Hashable {
    /// There was no such object.
    case absent
    /// The object stays until its finalizers are gone or its processes have ended.
    case deleting(KubernetesObject)
    /// The object is gone.
    case deleted
}

/// The objects that a list found.
public struct ObjectList: Sendable {
    /// The objects, in the server's order.
    public var items: [KubernetesObject]
    /// The state of the cluster that the list shows; a watch can go on from there.
    public var resourceVersion: String

    /// A list.
    public init(items: [KubernetesObject], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
}
