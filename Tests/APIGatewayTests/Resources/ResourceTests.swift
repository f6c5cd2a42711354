import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// Previews that `PreviewEnvironment` resources ask for.
@Suite(.timeLimit(.minutes(2))) struct ResourceTests {
    private static let sha = "1234567890abcdef1234567890abcdef12345678"

    private static func resource(_ name: String = "pr-1", uid: String = "u-1", in namespace: String = "team")
        -> PreviewResource
    {
        PreviewResource(cluster: "local", namespace: namespace, name: name, uid: uid)
    }

    private static func wish(
        _ resource: PreviewResource = resource(), generation: Int = 1, version: String = sha,
        services: [String] = ["orders", "shop/storefront"], ttl: Int = 14_400, repository: String = "acme/shop",
        number: Int = 1
    ) -> PreviewApplyRequested {
        PreviewApplyRequested(
            organization: .default, resource: resource, resourceGeneration: generation,
            pullRequest: PullRequest(repository: repository, number: number, headSHA: sha), targetVersion: version,
            services: services, ttlSeconds: ttl, requestedBy: "kubectl")
    }

    private static func withdrawal(_ resource: PreviewResource = resource()) -> PreviewWithdrawRequested {
        PreviewWithdrawRequested(organization: .default, resource: resource, requestedBy: "kubectl")
    }

    private func refusal(_ gateway: GatewayFixture, _ wish: PreviewApplyRequested) async throws -> PreviewRefused {
        try await gateway.deliver(wish)
        return try #require(try await gateway.published().compactMap { $0 as? PreviewRefused }.first)
    }

    @Test func `a resource gets a preview of its name, and is told how it stands`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let state = try #require(try await gateway.states().first)
            #expect(state.preview.id.rawValue == "pr-1")
            #expect(state.resource == Self.resource())
            #expect(state.services.map { $0.targetVersion } == [Self.sha, Self.sha])
            #expect(state.expiresAt.timeIntervalSince(state.createdAt) == 14_400)
            // Asked again, it is told again, and nothing else happens.
            try await gateway.deliver(Self.wish())
            let again = try await gateway.states()
            #expect(again.map { $0.revision } == [state.revision])
            #expect(gateway.others.isEmpty)
            #expect(try await gateway.storedPreviews() == 1)
            try await gateway.reportReady(state.preview)
            let ready = try #require(try await gateway.states().last)
            #expect(ready.status == .ready)
            #expect(ready.services.allSatisfy { $0.isReady })
            #expect(ready.revision > state.revision)
        }
    }

    @Test func `a newer commit updates it; an older request changes nothing`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let preview = try #require(try await gateway.states().last?.preview)
            try await gateway.reportReady(preview)
            _ = try await gateway.states()
            try await gateway.deliver(Self.wish(generation: 3, version: "newer"))
            let state = try #require(try await gateway.states().last)
            #expect(state.resourceGeneration == 3)
            #expect(state.status != .ready)
            #expect(state.preview.generation == 2)
            #expect(state.services.map { $0.targetVersion } == ["newer", "newer"])
            try await gateway.deliver(Self.wish(generation: 2, version: "older"))
            let unchanged = try #require(try await gateway.states().last)
            #expect(unchanged.services.map { $0.targetVersion } == ["newer", "newer"])
        }
    }

    @Test(arguments: [
        (Self.wish(services: ["orders", "nothing"]), "services[1]"), (Self.wish(services: []), "services"),
        (Self.wish(ttl: 169 * 3600), "ttl"),
    ])
    func `what is wrong is refused with its field, and nothing is stored`(wish: PreviewApplyRequested, field: String)
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let refusal = try await refusal(gateway, wish)
            #expect(refusal.errors.map { $0.field } == [field])
            #expect(!refusal.isPassing)
            #expect(refusal.resourceGeneration == 1)
            #expect(try await gateway.storedPreviews() == 0)
        }
    }

    @Test func `what is fixed can't be changed, and services can't be taken out`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            _ = try await gateway.states()
            for (wish, field) in [
                (Self.wish(generation: 2, repository: "other/shop"), "repository"),
                (Self.wish(generation: 2, number: 2), "prNumber"),
                (Self.wish(generation: 2, services: ["orders"]), "services"),
            ] {
                let refusal = try await refusal(gateway, wish)
                #expect(refusal.errors.map { $0.field } == [field])
            }
        }
    }

    @Test func `over the quota it is refused for the time being`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 1 }
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let other = Self.resource("pr-2", uid: "u-2")
            let refusal = try await refusal(gateway, Self.wish(other))
            #expect(refusal.code == "quota-exceeded")
            #expect(refusal.isPassing)
        }
    }

    @Test func `the same name in another namespace is another preview`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            try await gateway.deliver(Self.wish(Self.resource(uid: "u-2", in: "other")))
            let ids = try await gateway.states().map(\.preview.id.rawValue)
            #expect(Set(ids).count == 2)
            #expect(ids.allSatisfy { $0.hasPrefix("pr-1") })
        }
    }

    @Test func `withdrawn it ends; unknown it is absent, and a late wish brings nothing back`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            _ = try await gateway.states()
            try await gateway.deliver(Self.withdrawal())
            #expect(try await gateway.states().last?.status == .tornDown)
            let never = Self.resource("pr-9", uid: "u-9")
            try await gateway.deliver(Self.withdrawal(never))
            let answers = try await gateway.published().compactMap { $0 as? PreviewAbsent }
            #expect(answers.first?.resource == never)
            try await gateway.deliver(Self.wish(never))
            #expect(try await gateway.states().isEmpty)
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `applied anew it gets its id back, once the former preview is cleaned; the former is kept`() async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let first = try #require(try await gateway.states().last?.preview)
            try await gateway.deliver(Self.withdrawal())
            let anew = Self.wish(Self.resource(uid: "u-2"))
            let refusal = try await refusal(gateway, anew)
            #expect(refusal.isPassing)
            try await gateway.reportCleaned(first)
            _ = try await gateway.states()
            gateway.advance(by: 1)
            try await gateway.deliver(anew)
            let second = try #require(try await gateway.states().last)
            #expect(second.preview.id == first.id)
            #expect(second.preview.namespace == first.namespace)
            #expect(second.preview.generation > first.generation)
            #expect(second.firstGeneration == second.preview.generation)
            #expect(second.status == .pending)
            #expect(try await gateway.storedPreviews() == 2)
            // What is still said about the former one, and its resource's late withdrawal, leave the new one alone.
            try await gateway.reportCleaned(first)
            try await gateway.deliver(Self.withdrawal())
            #expect(try await gateway.status(of: second.preview) == "Pending")
        }
    }
}
