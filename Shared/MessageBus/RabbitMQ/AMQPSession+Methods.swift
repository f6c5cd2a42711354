import CRabbitMQ
import Foundation

/// Methods that the broker answers.
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
