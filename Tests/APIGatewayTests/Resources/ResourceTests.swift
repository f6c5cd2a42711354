import Foundation
import HTTPTypes
import KubernetesClient
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
        number: Int = 1, head: String = sha
    ) -> PreviewApplyRequested {
        PreviewApplyRequested(
            organization: .default, resource: resource, resourceGeneration: generation,
            pullRequest: PullRequest(repository: repository, number: number, headSHA: head), targetVersion: version,
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
                if field == "services" {
                    #expect(refusal.message.contains("storefront"))
                    #expect(refusal.message.contains("apply it anew"))
                }
            }
            let json = try await gateway.call(.get, "/previews/pr-1").json
            #expect(json["generation"].int == 1)
            #expect(json["services"].array?.count == 2)
        }
    }

    @Test func `without names, an application that the repository has no longer stays in the preview as it is`()
        async throws
    {
        let gateway = try await GatewayFixture()
        let shop = [Shop.orders, Shop.storefront].map { application in
            var application = application
            application.repositories = ["acme/shop"]
            return application
        }
        @Sendable func report(_ applications: [Application]) async throws {
            gateway.advance(by: 1)
            try await gateway.deliver(
                CatalogueChanged(
                    cluster: "local", version: nil, applications: applications, observedAt: gateway.present))
        }
        try await gateway.serving {
            try await report(shop)
            try await gateway.deliver(Self.wish(services: []))
            #expect(try await gateway.states().last?.services.count == 2)
            try await report([shop[0]])
            try await gateway.deliver(Self.wish(generation: 2, version: "newer", services: []))
            let state = try #require(try await gateway.states().last)
            #expect(state.resourceGeneration == 2)
            #expect(state.services.map(\.name) == ["orders", "storefront"])
            #expect(state.services.map(\.targetVersion) == ["newer", Self.sha])
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
            #expect(gateway.others.compactMap { ($0 as? PreviewAbsent)?.resource } == [never])
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `a wish that comes after the withdrawal is told of the end until all is gone, then of absence`()
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let preview = try #require(try await gateway.states().last?.preview)
            try await gateway.deliver(Self.withdrawal())
            _ = try await gateway.states()
            try await gateway.deliver(Self.wish(generation: 2, version: "late"), id: "late-1")
            let ending = try #require(try await gateway.states().last)
            #expect(ending.request == "late-1")
            #expect(ending.status == .tornDown)
            #expect(!gateway.others.contains { $0 is PreviewAbsent })
            try await gateway.reportCleaned(preview)
            _ = try await gateway.states()
            try await gateway.deliver(Self.wish(generation: 2, version: "late"))
            #expect(try await gateway.states().isEmpty)
            #expect(gateway.others.compactMap { ($0 as? PreviewAbsent)?.resource } == [Self.resource()])
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `a late wish changes nothing of a preview that waits for a promotion before it goes`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let preview = try #require(try await gateway.states().last?.preview)
            try await gateway.reportReady(preview)
            try await gateway.call(.post, "/previews/\(preview.id)/approve")
            try await gateway.deliver(Self.withdrawal())
            _ = try await gateway.states()
            try await gateway.deliver(Self.wish(generation: 2, version: "late"))
            let state = try #require(try await gateway.states().last)
            #expect(state.status == .approved)
            #expect(state.services.map(\.targetVersion) == [Self.sha, Self.sha])
            #expect(!gateway.others.contains { $0 is PreviewRefused })
        }
    }

    @Test func `REST shows the resource and the pull request, and finds previews by them`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let other = try await gateway.createPreview()
            try await gateway.deliver(Self.wish(number: 42))
            let json = try await gateway.call(.get, "/previews/pr-1").json
            #expect(json["origin"].string == "resource")
            #expect(
                json["resource"]
                    == .object(["cluster": "local", "namespace": "team", "name": "pr-1", "uid": "u-1"]))
            #expect(
                json["pullRequest"]
                    == .object([
                        "repository": "acme/shop", "number": 42, "headSHA": .string(Self.sha),
                        "url": "https://github.com/acme/shop/pull/42",
                    ]))
            var titled = Self.wish(number: 42)
            titled.pullRequest.title = "Pay by card"
            for (url, shown) in [
                ("https://git.example.com/42", "https://git.example.com/42"),
                ("javascript:alert(42)", "https://github.com/acme/shop/pull/42"),
            ] {
                titled.pullRequest.url = url
                try await gateway.deliver(titled)
                let named = try await gateway.call(.get, "/previews?q=by%20card").json["items"][0]["pullRequest"]
                #expect(named["title"].string == "Pay by card")
                #expect(named["url"].string == shown)
            }
            let plain = try await gateway.call(.get, "/previews/\(other.id)").json
            #expect(plain["resource"] == nil && plain["pullRequest"] == nil)
            for query in [
                "origin=resource", "origin=Resource,queue", "q=acme/SHOP%2342", "q=%2342", "q=team/pr-1",
                "q=1234567890ab",
                "origin=resource&q=acme&status=pending",
            ] {
                let items = try await gateway.call(.get, "/previews?\(query)").json["items"].array
                #expect(items?.map { $0["id"].string } == ["pr-1"], "\(query)")
            }
            let ordered = try await gateway.call(.get, "/previews?origin=api").json["items"].array
            #expect(ordered?.map { $0["id"].string } == [other.id.rawValue])
            let newer = "fedcba0987654321fedcba0987654321fedcba09"
            try await gateway.deliver(Self.wish(generation: 2, version: newer, number: 42, head: newer))
            #expect(try await gateway.call(.get, "/previews?q=1234567890ab").json["items"].array?.isEmpty == true)
            #expect(try await gateway.call(.get, "/previews?q=fedcba09").json["items"].array?.count == 1)
            #expect(try await gateway.call(.get, "/previews?origin=dream").errors == ["origin invalid"])
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

    @Test func `a resource whose name an active preview holds is refused, and the holder's state is told`() async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let holder = try #require(try await gateway.states().last)
            let anew = Self.wish(Self.resource(uid: "u-2"))
            try await gateway.deliver(anew)
            // Whoever reads it finds out that its resource is gone, and withdraws it.
            let told = try await gateway.states()
            #expect(told.map(\.resource) == [holder.resource])
            let refusal = try #require(gateway.others.compactMap { $0 as? PreviewRefused }.first)
            #expect(refusal.isPassing)
            #expect(refusal.message.contains("pr-1"))
            try await gateway.deliver(Self.withdrawal())
            #expect(try await gateway.states().last?.status == .tornDown)
        }
    }

    @Test func `what was asked of an earlier preview does not reach the later one of its id`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await gateway.deliver(Self.wish())
            let first = try #require(try await gateway.states().last?.preview)
            let before = gateway.present
            try await gateway.deliver(Self.withdrawal())
            try await gateway.reportCleaned(first)
            gateway.advance(by: 60)
            try await gateway.deliver(Self.wish(Self.resource(uid: "u-2")))
            let second = try #require(try await gateway.states().last?.preview)
            try await gateway.deliver(ExpiryDue(preview: first, expiresAt: before))
            #expect(try await gateway.status(of: second) == "Pending")
        }
    }
}
