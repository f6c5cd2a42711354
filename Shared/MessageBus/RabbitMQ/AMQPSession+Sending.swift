import CRabbitMQ
import Foundation

/// Publishing and settling: what the broker does not answer, or only later.
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

    func check(_ status: Int32, _ call: String) throws(AMQPFailure) {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        isUsable = false
        throw AMQPFailure(status: status, during: call)
    }
}
