/// Every message type that travels between services.
public enum MessageCatalog {
    /// The types, in the order of a preview's life.
    public static let all: [any MessagePayload.Type] = []

    private static let byEventType = Dictionary(uniqueKeysWithValues: all.map { ($0.key.eventType, $0) })

    /// The payload type of a CloudEvents `type`, or `nil` where it is unknown.
    static func type(ofEvent eventType: String) -> (any MessagePayload.Type)? { byEventType[eventType] }
}
