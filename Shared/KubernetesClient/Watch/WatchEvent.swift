/// What a watch tells.
public enum WatchEvent: Sendable, Equatable {
    /// All objects as they are at the start.
    case initial([KubernetesObject])
    /// All objects as they are now, after changes may have been missed: what is not among them is gone.
    case relisted([KubernetesObject])
    /// An object was made, or has come to match the selectors.
    case added(KubernetesObject)
    /// An object changed.
    case modified(KubernetesObject)
    /// An object is gone, or matches the selectors no more; this is how it was last.
    case deleted(KubernetesObject)
}
