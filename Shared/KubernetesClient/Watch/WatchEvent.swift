/// What a watch tells.
public enum WatchEvent<Item: Sendable>: Sendable {
    /// All objects as they are at the start.
    case initial([Item])
    /// All objects as they are now, after changes may have been missed: what is not among them is gone.
    case relisted([Item])
    /// An object was made, or has come to match the selectors.
    case added(Item)
    /// An object changed.
    case modified(Item)
    /// An object is gone, or matches the selectors no more; this is how it was last.
    case deleted(Item)
}

extension WatchEvent: Equatable where Item: Equatable {}
