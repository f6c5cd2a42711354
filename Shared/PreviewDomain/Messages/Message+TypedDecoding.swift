public import Foundation

extension Message {
    private struct Event<Payload: MessagePayload>: Decodable {
        let specversion: String
        let id: String
        let source: String
        let type: String
        let time: Date?
        let traceparent: String?
        let data: Payload
    }

    private struct EventType: Decodable { let type: String }
    private struct EventSubject: Decodable { let subject: String? }

    /// Reads an event of the type expected, in one pass. Unknown fields are ignored.
    ///
    /// - Returns: the message, and its payload with its type.
    public static func decode<Payload: MessagePayload>(
        _ type: Payload.Type, from data: Data
    ) throws(MessageDecodingError) -> (Message, Payload) {
        let event: Event<Payload>
        do {
            event = try JSONCoding.decoder.decode(Event<Payload>.self, from: data)
        } catch {
            throw .malformed(String(describing: error))
        }
        guard event.specversion.hasPrefix("1.") else {
            throw .malformed("specversion \(event.specversion) is not 1.x")
        }
        guard event.type == type.key.eventType else {
            throw .malformed("type \(event.type) is not \(type.key.eventType)")
        }
        let message = Message(
            event.data, source: event.source, id: event.id, time: event.time ?? Date(), traceParent: event.traceparent)
        return (message, event.data)
    }

    /// The `type` of an event, or `nil` where the bytes are none.
    public static func eventType(of data: Data) -> String? {
        try? JSONCoding.decoder.decode(EventType.self, from: data).type
    }

    /// The `subject` of an event, or `nil` where it has none or the bytes are none.
    public static func subject(of data: Data) -> String? {
        try? JSONCoding.decoder.decode(EventSubject.self, from: data).subject
    }
}
