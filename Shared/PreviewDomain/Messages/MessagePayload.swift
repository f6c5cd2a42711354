/// The typed `data` of a message.
///
/// Every message type lives in this module, once. Within a version a type's meaning never changes: fields may be added
/// (decoders ignore what they do not know), none is removed or changes its sense.
public protocol MessagePayload: Codable, Sendable, Equatable {
    /// What the message is about and what happened.
    static var key: MessageKey { get }
    /// The organization that the routing key names.
    var organization: OrganizationName { get }
    /// The CloudEvents `subject`: the preview's id, or the cluster's name where no preview is meant.
    var subject: String { get }
}

/// A payload about one preview.
public protocol PreviewMessagePayload: MessagePayload {
    /// The preview that the message is about, at the generation that the sender saw.
    var preview: PreviewReference { get }
}

extension PreviewMessagePayload {
    /// The organization that owns the preview.
    public var organization: OrganizationName { preview.organization }
    /// The preview's id.
    public var subject: String { preview.id.rawValue }
}
