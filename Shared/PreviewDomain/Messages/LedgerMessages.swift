public import Foundation

/// An object is about to be made for a preview. Confirmed by the broker before the object is made, so that the ledger
/// knows of everything that can exist.
public struct ResourcePlanned: PreviewMessagePayload {
    /// `resource.planned`.
    public static let key = MessageKey("resource", "planned")
    /// The preview that they are for, at the generation that they are made for.
    public var preview: PreviewReference
    /// The objects; each is planned before it is made.
    public var objects: [ObjectReference]
    /// The service that makes them.
    public var madeBy: String
    /// When they were planned.
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
    /// `resource.removed`.
    public static let key = MessageKey("resource", "removed")
    /// The preview that they were made for.
    public var preview: PreviewReference
    /// The objects that are gone.
    public var objects: [ObjectReference]
    /// The service that removed them.
    public var removedBy: String
    /// When they were seen to be gone.
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
    /// `expiry.due`.
    public static let key = MessageKey("expiry", "due")
    /// The preview, as the reaper knows it.
    public var preview: PreviewReference
    /// The expiry that was reached.
    public var expiresAt: Date

    /// Creates the value from its fields.
    public init(preview: PreviewReference, expiresAt: Date) {
        self.preview = preview
        self.expiresAt = expiresAt
    }
}
