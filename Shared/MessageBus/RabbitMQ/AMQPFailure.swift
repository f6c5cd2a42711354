import CRabbitMQ

/// Why a connection cannot be used any longer.
enum AMQPFailure: Error, Equatable, CustomStringConvertible {
    /// librabbitmq's own error: network, heartbeat, protocol.
    case library(during: String, reason: String)
    /// The broker closed the channel.
    case channelClosed(code: UInt16, text: String)
    /// The broker closed the connection.
    case connectionClosed(code: UInt16, text: String)
    /// A confirm did not come in time.
    case confirmTimeout
    /// The broker ended the consumer, as when its queue was deleted.
    case consumerCancelled
    /// A retry or dead-letter queue is gone.
    case queueMissing

    var description: String {
        switch self {
        case .library(let call, let reason): "\(call): \(reason)"
        case .channelClosed(let code, let text), .connectionClosed(let code, let text): "\(code) \(text)"
        case .confirmTimeout: "the broker did not confirm a message in time"
        case .consumerCancelled: "the broker cancelled the consumer; its queue was deleted"
        case .queueMissing: "a retry or dead-letter queue is missing"
        }
    }

    /// Whether the broker closed channel or connection over something that was sent to it, so that sending the same
    /// again would be answered the same.
    var isRefusal: Bool {
        switch self {
        case .channelClosed: true
        // 320 connection-forced is an operator's or a shutdown's doing, 541 internal-error the broker's.
        case .connectionClosed(let code, _): code != 320 && code != 541
        case .library, .confirmTimeout, .consumerCancelled, .queueMissing: false
        }
    }

    init(status: Int32, during call: String) {
        self = .library(during: call, reason: String(cString: amqp_error_string2(status)))
    }

    /// The failure that an answer reports, `nil` where it reports none.
    init?(_ reply: amqp_rpc_reply_t, during call: String) {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            return nil
        case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD:
            self = .closedChannel(reply.reply.decoded)
        case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD:
            self = .closedConnection(reply.reply.decoded)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            self.init(status: reply.library_error, during: call)
        default:
            self = .library(during: call, reason: "unexpected answer")
        }
    }

    static func closedChannel(_ method: UnsafeMutableRawPointer) -> AMQPFailure {
        let close = method.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
        return .channelClosed(code: close.reply_code, text: close.reply_text.string)
    }

    static func closedConnection(_ method: UnsafeMutableRawPointer) -> AMQPFailure {
        let close = method.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
        return .connectionClosed(code: close.reply_code, text: close.reply_text.string)
    }
}
