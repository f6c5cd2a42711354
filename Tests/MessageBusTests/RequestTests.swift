import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2)))
struct RequestTests {
    private struct LogsResponder: RequestResponder {
        let answer: @Sendable (LogsRequested) async throws -> LogsAnswered

        func respond(to payload: LogsRequested, context: MessageContext) async throws -> LogsAnswered {
            try await answer(payload)
        }
    }

    private func answer(_ request: LogsRequested) -> LogsAnswered {
        let lines = (0..<request.tailLines).map { "line \($0)" }
        return LogsAnswered(
            preview: request.preview, service: request.service,
            logs: [.init(pod: "orders-1", container: "orders", lines: lines)])
    }

    @Test func `requests are answered, each with its own answer`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let responder = LogsResponder { answer($0) }
        try await withBus(host.url, service: "provisioner", consumers: { [$0.consumer(responders: [responder])] }) {
            _ in
            try await withBus(host.url, service: "api-gateway") { bus in
                try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                    for count in 1...20 {
                        let request = LogsRequested(preview: try preview(), service: "orders", tailLines: count)
                        group.addTask {
                            let answer = try await bus.request(
                                request, expecting: LogsAnswered.self, deadline: .seconds(60))
                            return (count, answer.logs[0].lines.count)
                        }
                    }
                    for try await (asked, got) in group { #expect(asked == got) }
                }
            }
        }
        try await expectEmpty("provisioner", host)
    }

    @Test func `an answer that does not come in time is an error, and comes to nothing later`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let gate = Record<Int>()
        let responder = LogsResponder { request in
            if request.tailLines == 1 { try await eventually("the deadline has passed") { gate.count == 1 } }
            return answer(request)
        }
        try await withBus(host.url, consumers: { [$0.consumer(responders: [responder])] }) { bus in
            let began = ContinuousClock.now
            await #expect(throws: MessageBusError.requestTimedOut) {
                _ = try await bus.request(
                    LogsRequested(preview: try preview(), service: "orders", tailLines: 1),
                    expecting: LogsAnswered.self, deadline: .milliseconds(300))
            }
            #expect(began.duration(to: .now) >= .milliseconds(300))
            gate.add(1)
            let next = try await bus.request(
                LogsRequested(preview: try preview(), service: "orders", tailLines: 2), expecting: LogsAnswered.self,
                deadline: .seconds(60))
            #expect(next.logs[0].lines.count == 2)
        }
    }

    @Test func `the asker learns why there is no answer`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let responder = LogsResponder { request in
            throw Failing(request.tailLines == 1 ? .permanent : .transient, "no such pod")
        }
        try await withBus(host.url, consumers: { [$0.consumer(responders: [responder])] }) { bus in
            for (lines, failureClass) in [(1, FailureClass.permanent), (2, .transient)] {
                await #expect(throws: MessageBusError.requestFailed(class: failureClass, reason: "no such pod")) {
                    _ = try await bus.request(
                        LogsRequested(preview: try preview(), service: "orders", tailLines: lines),
                        expecting: LogsAnswered.self, deadline: .seconds(60))
                }
            }
        }
        try await expectEmpty("worker.dead", host)
    }

    @Test func `a request that nobody answers fails at once`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        try await withBus(host.url) { bus in
            do {
                _ = try await bus.request(
                    LogsRequested(preview: try preview(), service: "orders", tailLines: 1),
                    expecting: LogsAnswered.self, deadline: .seconds(60))
                Issue.record("answered by nobody")
            } catch MessageBusError.unroutable(_, let keys) {
                #expect(keys == ["v1.acme.logs.requested"])
            }
        }
    }

    @Test func `a request outlives the connection that it was asked over`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        let asked = Record<Int>()
        let responder = LogsResponder { request in
            if asked.add(1) == 1 {
                // The asker's connection breaks while the answer is made.
                proxy.cut()
            }
            return answer(request)
        }
        try await withBus(host.url, service: "provisioner", consumers: { [$0.consumer(responders: [responder])] }) {
            _ in
            try await withBus(try proxy.url(host.url), service: "api-gateway") { bus in
                let answer = try await bus.request(
                    LogsRequested(preview: try preview(), service: "orders", tailLines: 3),
                    expecting: LogsAnswered.self, deadline: .seconds(60))
                #expect(answer.logs[0].lines.count == 3)
            }
        }
        #expect(asked.count >= 2)
    }
}
