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

    private let state: amqp_connection_state_t
    private let buffer = PropertyBuffer()
    private var content: ContentAssembly?
    private var isUsable = true

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

// Publishing and settling.
extension AMQPSession {
    /// Whether the socket takes more without blocking, and whether it has something to read.
    var readiness: (readable: Bool, writable: Bool) {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN) | Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return (false, false) }
        return (descriptor.revents & ~Int16(POLLOUT) != 0, descriptor.revents & Int16(POLLOUT) != 0)
    }

    /// Sends a message. That it was accepted is for the confirm to say.
    func publish(_ message: EncodedMessage, _ envelope: Envelope?) throws(AMQPFailure) {
        buffer.reset(for: message, envelope)
        var properties = buffer.properties(of: message, envelope)
        let exchange =
            if let envelope {
                buffer.copy(envelope.exchange)
            } else {
                switch message.exchange {
                case .understudy: amqp_bytes_t("understudy")
                case .intake: amqp_bytes_t("understudy.intake")
                }
            }
        let routingKey = buffer.copy(envelope?.routingKey ?? message.routingKey)
        let isMandatory = envelope?.isMandatory ?? message.isMandatory
        let status = message.body.withUnsafeBytes { body in
            amqp_basic_publish(
                state, Self.channel, exchange, routingKey, isMandatory ? 1 : 0, 0, &properties,
                amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
        }
        try check(status, "basic.publish")
    }

    func acknowledge(_ tag: UInt64, multiple: Bool) throws(AMQPFailure) {
        try check(amqp_basic_ack(state, Self.channel, tag, multiple ? 1 : 0), "basic.ack")
    }

    /// Gives a delivery back without the broker counting it (from 4.3 on).
    func giveBack(_ tag: UInt64) throws(AMQPFailure) {
        try check(amqp_basic_nack(state, Self.channel, tag, 0, 1), "basic.nack")
    }

    /// Gives a delivery back, and has the broker count it.
    func reject(_ tag: UInt64) throws(AMQPFailure) {
        try check(amqp_basic_reject(state, Self.channel, tag, 1), "basic.reject")
    }

    private func check(_ status: Int32, _ call: String) throws(AMQPFailure) {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        isUsable = false
        throw AMQPFailure(status: status, during: call)
    }
}

// Methods that the broker answers.
extension AMQPSession {
    func selectConfirms() throws(AMQPFailure) {
        amqp_confirm_select(state, Self.channel)
        try checkAnswer("confirm.select")
    }

    func limitDeliveries(to prefetch: UInt16) throws(AMQPFailure) {
        amqp_basic_qos(state, Self.channel, 0, prefetch, 0)
        try checkAnswer("basic.qos")
    }

    func declareTopicExchange(_ name: String) throws(AMQPFailure) {
        withBytes(name) { amqp_exchange_declare(state, Self.channel, $0, amqp_bytes_t("topic"), 0, 1, 0, 0, .init()) }
        try checkAnswer("exchange.declare \(name)")
    }

    func declareQueue(_ queue: QueueDeclaration) throws(AMQPFailure) {
        queue.withArguments { name, arguments in
            _ = amqp_queue_declare(state, Self.channel, name, 0, 1, 0, 0, arguments)
        }
        try checkAnswer("queue.declare \(queue.name)")
    }

    func bind(_ queue: String, to exchange: String, _ bindingKey: String) throws(AMQPFailure) {
        withBytes(queue) { queue in
            withBytes(exchange) { exchange in
                withBytes(bindingKey) { amqp_queue_bind(state, Self.channel, queue, exchange, $0, .init()) }
            }
        }
        try checkAnswer("queue.bind \(queue) \(bindingKey)")
    }

    func consume(_ queue: String, consumerTag: String, withoutAcknowledging: Bool = false) throws(AMQPFailure) {
        withBytes(queue) { queue in
            withBytes(consumerTag) {
                amqp_basic_consume(state, Self.channel, queue, $0, 0, withoutAcknowledging ? 1 : 0, 0, .init())
            }
        }
        try checkAnswer("basic.consume \(queue)")
    }

    /// Asks for no more deliveries. Some may still be on their way: read on until there are none.
    func cancelConsumer(_ consumerTag: String) throws(AMQPFailure) {
        withBytes(consumerTag) { amqp_basic_cancel(state, Self.channel, $0) }
        try checkAnswer("basic.cancel")
    }

    /// Ends the connection in order, after everything sent has arrived; gives up after two seconds.
    func close() {
        guard isUsable else { return }
        isUsable = false
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        amqp_set_rpc_timeout(state, &limit)
        amqp_connection_close(state, AMQP_REPLY_SUCCESS)
    }

    private func checkAnswer(_ call: String) throws(AMQPFailure) {
        if let failure = AMQPFailure(amqp_get_rpc_reply(state), during: call) {
            isUsable = false
            throw failure
        }
    }

    @discardableResult
    private func withBytes<Result>(_ text: String, _ body: (amqp_bytes_t) -> Result) -> Result {
        var text = text
        return text.withUTF8 {
            body(amqp_bytes_t(len: $0.count, bytes: UnsafeMutableRawPointer(mutating: $0.baseAddress)))
        }
    }
}
