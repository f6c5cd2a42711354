import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// No two previews answer at one host.
@Suite(.timeLimit(.minutes(2))) struct HostTests {
    private static func wish(
        _ name: String, generation: Int = 1, services: [String] = ["orders"]
    ) -> PreviewApplyRequested {
        PreviewApplyRequested(
            organization: .default,
            resource: PreviewResource(cluster: "local", namespace: "team", name: name, uid: "uid-of-\(name)"),
            resourceGeneration: generation,
            pullRequest: PullRequest(repository: "acme/shop", number: 1, headSHA: String(repeating: "a", count: 40)),
            targetVersion: "1.5.0", services: services, ttlSeconds: 3600, requestedBy: "kubectl")
    }

    private static func creation(id: String) -> PreviewCreationRequested {
        PreviewCreationRequested(
            organization: .default, id: PreviewID(rawValue: id), name: "from the queue", cluster: "local",
            ttlSeconds: nil,
            services: [ServiceOrder(application: "shop/orders", targetVersion: "1.5.0", externalDNS: true)],
            origin: nil, requestedBy: "ci")
    }

    private func hosts(_ states: [PreviewStateReported]) -> [String] {
        states.flatMap { state in (state.services.map(\.url) + [state.url]).compactMap { $0 } }
    }

    @Test(arguments: [["pr-1", "orders-pr-1"], ["orders-pr-1", "pr-1"]])
    func `resources whose names would lead to one host get previews with hosts of their own`(names: [String])
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            for name in names { try await gateway.deliver(Self.wish(name)) }
            let states = try await gateway.states()
            #expect(states.count == 2)
            #expect(states.first?.preview.id.rawValue == names[0])
            #expect(states.last?.preview.id.rawValue.hasPrefix("\(names[1])-") == true)
            let hosts = hosts(states)
            #expect(hosts.count == 4)
            #expect(Set(hosts).count == 4)
        }
    }

    @Test(arguments: [("new", "new"), ("console", "console"), ("orders-pr-9", "pr-9")])
    func `no preview takes the console's host, nor the path of another of its pages`(
        host: String, name: String
    ) async throws {
        let gateway = try await GatewayFixture.withShop {
            if let url = PublicURL("https://\(host).preview.localhost") { $0.publicURL = url }
        }
        try await gateway.serving {
            try await gateway.deliver(Self.wish(name))
            let state = try #require(try await gateway.states().last)
            #expect(state.preview.id.rawValue.hasPrefix("\(name)-"))
            #expect(!hosts([state]).contains { $0.contains("//\(host).") })
            try await gateway.deliver(Self.creation(id: name))
            let refusal = try #require(try await gateway.published().compactMap { $0 as? PreviewRefused }.first)
            #expect(refusal.code == "host-taken")
            #expect(refusal.message.contains("which Understudy needs; choose another name"))
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `an id whose host is taken is refused with the holder, until that is over`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish("pr-1"))
            let first = try #require(try await gateway.states().last?.preview)
            try await gateway.deliver(Self.creation(id: "orders-pr-1"))
            let refusal = try #require(try await gateway.published().compactMap { $0 as? PreviewRefused }.first)
            #expect(refusal.code == "host-taken")
            #expect(refusal.errors.map(\.field) == ["id"])
            #expect(refusal.message.contains("orders-pr-1") && refusal.message.contains("preview pr-1"))
            #expect(try await gateway.storedPreviews() == 1)
            try await gateway.call(.delete, "/previews/pr-1")
            try await gateway.deliver(Self.creation(id: "orders-pr-1"))
            #expect(try await gateway.storedPreviews() == 1)
            try await gateway.reportCleaned(first)
            try await gateway.deliver(Self.creation(id: "orders-pr-1"))
            #expect(try await gateway.storedPreviews() == 2)
        }
    }

    @Test func `an update that would take another preview's host is refused, and nothing changes`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish("pr-1"))
            try await gateway.deliver(Self.creation(id: "storefront-pr-1"))
            _ = try await gateway.states()
            try await gateway.deliver(Self.wish("pr-1", generation: 2, services: ["orders", "storefront"]))
            let refusal = try #require(try await gateway.published().compactMap { $0 as? PreviewRefused }.first)
            #expect(refusal.errors.map(\.code) == [.hostTaken])
            #expect(refusal.errors.map(\.field) == ["services"])
            let json = try await gateway.call(.get, "/previews/pr-1").json
            #expect(json["services"].array?.count == 1)
            #expect(json["generation"].int == 1)
        }
    }

    @Test func `an address switched on by REST is refused where its host is another preview's`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            var inside = Self.creation(id: "pr-1")
            inside.services[0].externalDNS = false
            try await gateway.deliver(inside)
            try await gateway.deliver(Self.creation(id: "orders-pr-1"))
            #expect(try await gateway.storedPreviews() == 2)
            let answer = try await gateway.call(
                .patch, "/previews/pr-1", body: #"{"services": [{"name": "orders", "externalDNS": true}]}"#)
            #expect(answer.status == 409)
            #expect(answer.code == "host-taken")
            #expect(answer.errors == ["services host-taken"])
        }
    }
}
