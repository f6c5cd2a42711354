public import Foundation

/// A message on its way: a CloudEvents 1.0 event in structured JSON mode.
///
/// `id` is assigned once, when the message is made; publishing the same value again is publishing the same message.
public struct Message: Sendable {
    /// Content type of the encoded form.
    public static let contentType = "application/cloudevents+json"

    /// Unique id, kept across every repetition of the message.
    public let id: String
    /// The service that made it, such as `db-cloner`.
    public let source: String
    /// When it was made.
    public let time: Date
    /// W3C trace context, `00-<trace id>-<span id>-<flags>`.
    public let traceParent: String?
    /// What it says.
    public let payload: any MessagePayload

    /// Creates a message. A random id is assigned unless one is given, as an outbox does.
    public init(
        _ payload: any MessagePayload, source: String, id: String = UUID().uuidString.lowercased(), time: Date = Date(),
        traceParent: String? = nil
    ) {
        self.id = id
        self.source = source
        self.time = time
        self.traceParent = traceParent
        self.payload = payload
    }

    /// What the message is about and what happened.
    public var key: MessageKey { type(of: payload).key }
    /// The AMQP routing key.
    public var routingKey: String { key.routingKey(organization: payload.organization) }
    /// The CloudEvents subject.
    public var subject: String { payload.subject }
}

/// Why bytes are not a message that this version understands.
public enum MessageDecodingError: Error, Equatable, CustomStringConvertible {
    /// The body is not a CloudEvents JSON object of the shape required.
    case malformed(String)
    /// The event's type is none of the message catalogue's.
    case unknownType(String)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .malformed(let reason): "not a CloudEvent that can be read: \(reason)"
        case .unknownType(let type): "unknown event type \(type)"
        }
    }
}

extension Message {
    private struct Header: Codable {
        var specversion: String
        var id: String
        var source: String
        var type: String
        var subject: String?
        var time: Date?
        var datacontenttype: String?
        var traceparent: String?
    }

    private struct Outgoing: Encodable {
        let header: Header
        let data: any MessagePayload

        enum CodingKeys: CodingKey { case data }

        func encode(to encoder: any Encoder) throws {
            try header.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try data.encode(to: container.superEncoder(forKey: .data))
        }
    }

    private struct Incoming<Payload: MessagePayload>: Decodable { let data: Payload }

    /// The event as JSON with sorted keys.
    public func encoded() throws -> Data {
        let header = Header(
            specversion: "1.0", id: id, source: source, type: key.eventType, subject: subject, time: time,
            datacontenttype: "application/json", traceparent: traceParent)
        return try JSONCoding.encoder.encode(Outgoing(header: header, data: payload))
    }

    /// Reads an event of any type in the catalogue. Unknown fields are ignored.
    public init(decoding data: Data) throws(MessageDecodingError) {
        do {
            let header = try JSONCoding.decoder.decode(Header.self, from: data)
            guard header.specversion.hasPrefix("1.") else {
                throw MessageDecodingError.malformed("specversion \(header.specversion) is not 1.x")
            }
            guard let type = MessageCatalog.type(ofEvent: header.type) else {
                throw MessageDecodingError.unknownType(header.type)
            }
            self.init(
                try Self.decodePayload(type, from: data), source: header.source, id: header.id,
                time: header.time ?? Date(), traceParent: header.traceparent)
        } catch let error as MessageDecodingError {
            throw error
        } catch {
            throw .malformed(String(describing: error))
        }
    }

    private static func decodePayload<Payload: MessagePayload>(
        _ type: Payload.Type, from data: Data
    ) throws -> any MessagePayload {
        try JSONCoding.decoder.decode(Incoming<Payload>.self, from: data).data
    }
}
