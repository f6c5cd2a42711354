import KubernetesClient

/// What a deletion asks for.
struct DeleteOptions: Sendable {
    enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    var gracePeriodSeconds: Int?
    var propagation: Propagation?
    /// Only delete the object with this uid.
    var uid: String?
    /// Only delete this version of the object.
    var resourceVersion: String?
    var isDryRun = false

    init(
        gracePeriodSeconds: Int? = nil, propagation: Propagation? = nil, uid: String? = nil,
        resourceVersion: String? = nil, isDryRun: Bool = false
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.propagation = propagation
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.isDryRun = isDryRun
    }
}

/// What became of an object that was to be deleted.
enum DeleteResult: Sendable {
    /// It is gone; its last state.
    case removed(JSONValue)
    /// It waits for a finalizer, for its children or for its grace period; its present state.
    case terminating(JSONValue)

    var object: JSONValue {
        switch self {
        case .removed(let object), .terminating(let object): object
        }
    }
}

/// Which part of an object a write may change.
enum Subresource: Sendable {
    case none, status, scale
    /// A namespace's own finalizers.
    case finalize
}
