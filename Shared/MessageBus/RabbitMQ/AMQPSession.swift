import CRabbitMQ
import Foundation

/// A connection with its one channel: librabbitmq's calls, their failures as errors, and nothing else.
///
/// Every call blocks, and all of them belong on one thread: a session lives inside a connection's actor. There is one
/// channel because librabbitmq drops frames of other channels while it waits for an answer on one.
final class AMQPSession {
    static let channel: amqp_channel_t = 1

    /// The socket, to wait on.
    let socket: Int32

    let state: amqp_connection_state_t
    let buffer = PropertyBuffer()
    private var content: ContentAssembly?
    var isUsable = true

    /// Takes over a connection that is logged in and has its channel open.
    init(state: amqp_connection_state_t) {
        self.state = state
        socket = amqp_get_sockfd(state)
    }

    deinit { amqp_destroy_connection(state) }

    /// The next thing that the broker said, `nil` when there is nothing more to read now. Also sends heartbeats, and
    /// notices when the broker's fail to come.
    func nextEvent() throws(AMQPFailure) -> AMQPEvent? {
        while true {
            var frame = amqp_frame_t()
            var immediately = timeval()
            let status = amqp_simple_wait_frame_noblock(state, &frame, &immediately)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try check(status, "read")
            if let event = try interpret(frame) {
                amqp_maybe_release_buffers(state)
                return event
            }
        }
    }

    private func interpret(_ frame: amqp_frame_t) throws(AMQPFailure) -> AMQPEvent? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try interpret(frame.payload.method)
        case AMQP_FRAME_HEADER:
            let properties = frame.payload.properties.decoded.assumingMemoryBound(to: amqp_basic_properties_t.self)
            return finish(content?.header(size: frame.payload.properties.body_size, properties: properties.pointee))
        case AMQP_FRAME_BODY:
            return finish(content?.fragment(frame.payload.body_fragment.buffer))
        default:
            return nil
        }
    }

    private func finish(_ event: AMQPEvent??) -> AMQPEvent? {
        guard let event = event ?? nil else { return nil }
        content = nil
        return event
    }

    private func interpret(_ method: amqp_method_t) throws(AMQPFailure) -> AMQPEvent? {
        func decoded<Method>(_ type: Method.Type) -> Method { method.decoded.assumingMemoryBound(to: type).pointee }
        switch Int64(method.id) {
        case Int64(AMQP_BASIC_DELIVER_METHOD):
            content = ContentAssembly(delivery: decoded(amqp_basic_deliver_t.self))
            return nil
        case Int64(AMQP_BASIC_RETURN_METHOD):
            content = ContentAssembly(returned: decoded(amqp_basic_return_t.self))
            return nil
        case Int64(AMQP_BASIC_ACK_METHOD):
            let ack = decoded(amqp_basic_ack_t.self)
            return .acknowledged(tag: ack.delivery_tag, multiple: ack.multiple != 0)
        case Int64(AMQP_BASIC_NACK_METHOD):
            let nack = decoded(amqp_basic_nack_t.self)
            return .refused(tag: nack.delivery_tag, multiple: nack.multiple != 0)
        case Int64(AMQP_BASIC_CANCEL_METHOD):
            return .consumerCancelled
        case Int64(AMQP_CONNECTION_BLOCKED_METHOD):
            return .blocked(reason: decoded(amqp_connection_blocked_t.self).reason.string)
        case Int64(AMQP_CONNECTION_UNBLOCKED_METHOD):
            return .unblocked
        case Int64(AMQP_CHANNEL_CLOSE_METHOD):
            isUsable = false
            let failure = AMQPFailure.closedChannel(method.decoded)
            var answer = amqp_channel_close_ok_t()
            amqp_send_method(state, Self.channel, amqp_method_number_t(AMQP_CHANNEL_CLOSE_OK_METHOD), &answer)
            throw failure
        case Int64(AMQP_CONNECTION_CLOSE_METHOD):
            isUsable = false
            let failure = AMQPFailure.closedConnection(method.decoded)
            var answer = amqp_connection_close_ok_t()
            amqp_send_method(state, 0, amqp_method_number_t(AMQP_CONNECTION_CLOSE_OK_METHOD), &answer)
            throw failure
        default:
            return nil
        }
    }
}
