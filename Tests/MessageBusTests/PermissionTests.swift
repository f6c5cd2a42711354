import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2)))
struct PermissionTests {
    @Test func `a service that may declare nothing works, and learns what it may not publish`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            if attempts.add(context.attempt) == 1 { throw Failing(.transient) }
            return [namespaceReady(payload.preview)]
        }
        // What an operator would load as definitions.
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { _ in }
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")

        let user = "user-\(host.name)"
        try await server.control("add_user", user, "secret")
        try await server.control(
            "set_permissions", "-p", host.name, user, "^$", "^(understudy|amq\\.default)$", "^worker(\\..*)?$")
        try await server.control(
            "set_topic_permissions", "-p", host.name, user, "understudy", "^v1\\.[^.]+\\.namespace\\.ready$", ".*")
        try probe.publish(
            String(decoding: try Message(try namespaceRequested(), source: "gateway").encoded(), as: UTF8.self),
            exchange: "understudy", routingKey: "v1.acme.namespace.requested")

        let url = host.url.replacing("guest:guest@", with: "\(user):secret@")
        try await withBus(
            url, configure: { $0.declaresTopology = false }, consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            _ = try await probe.take(1, from: "listener")
            #expect(attempts.all == [1, 2])
            let forbidden = Message(try namespaceRequested(), source: "worker")
            do {
                try await bus.publisher.publish([forbidden])
                Issue.record("published what its user may not")
            } catch MessageBusError.refused(let ids, let reason) {
                #expect(ids == [forbidden.id])
                #expect(reason.hasPrefix("403"))
            }
        }
        try await server.control("delete_user", user)
    }
}
