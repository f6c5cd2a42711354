import Testing

@testable import MessageBus

@Suite struct HealthTests {
    private func bus() throws -> MessageBus {
        MessageBus(
            service: "worker", configuration: try RabbitMQConfiguration(url: "amqp://guest:guest@127.0.0.1:5672/"),
            logger: quiet)
    }

    @Test func `a consumer that was not started is not ready, and one that is gone is forgotten`() throws {
        let bus = try bus()
        var consumers = [bus.consumer(), bus.consumer(queue: "other")]
        #expect(bus.health.consumers == ["worker": .stopped, "other": .stopped])
        consumers.removeLast()
        #expect(bus.health.consumers == ["worker": .stopped])
        consumers.removeAll()
        #expect(bus.health.consumers.isEmpty)
    }

    @Test func `of two consumers of a queue the one that is not ready counts`() {
        let board = HealthBoard()
        let entries = [board.consumer(of: "worker"), board.consumer(of: "worker")]
        entries[0].note(.ready)
        #expect(board.health.consumers == ["worker": .stopped])
        entries[1].note(.connecting(lastError: "refused"))
        #expect(board.health.consumers == ["worker": .connecting(lastError: "refused")])
        entries[1].note(.ready)
        #expect(board.health.consumers == ["worker": .ready])
    }
}
