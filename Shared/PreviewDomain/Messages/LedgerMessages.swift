public import Foundation

/// An object is about to be made for a preview. Confirmed by the broker before the object is made, so that the ledger
/// knows of everything that can exist.
public struct ResourcePlanned: PreviewMessagePayload {
    public static let key = MessageKey("resource", "planned")
    public var preview: PreviewReference
    public var objects: [ObjectReference]
    /// The service that makes them.
    public var madeBy: String
    public var plannedAt: Date

    /// Creates the value from its fields.
    public init(preview: PreviewReference, objects: [ObjectReference], madeBy: String, plannedAt: Date) {
        self.preview = preview
        self.objects = objects
        self.madeBy = madeBy
        self.plannedAt = plannedAt
    }
}

/// An object was removed, and a look at the cluster showed that it is gone.
public struct ResourceRemoved: PreviewMessagePayload {
    public static let key = MessageKey("resource", "removed")
    public var preview: PreviewReference
    public var objects: [ObjectReference]
    /// The service that removed them.
    public var removedBy: String
    public var verifiedAt: Date

    /// Creates the value from its fields.
    public init(preview: PreviewReference, objects: [ObjectReference], removedBy: String, verifiedAt: Date) {
        self.preview = preview
        self.objects = objects
        self.removedBy = removedBy
        self.verifiedAt = verifiedAt
    }
}

/// A preview's time to live has run out, as far as the reaper knows; the gateway decides, it may have been extended.
public struct ExpiryDue: PreviewMessagePayload {
    public static let key = MessageKey("expiry", "due")
    public var preview: PreviewReference
    /// The expiry that was reached.
    public var expiresAt: Date

    /// Creates the value from its fields.
    public init(preview: PreviewReference, expiresAt: Date) {
        self.preview = preview
        self.expiresAt = expiresAt
    }
}
