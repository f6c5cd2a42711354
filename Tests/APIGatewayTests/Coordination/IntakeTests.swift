import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// Requests of other systems on the intake exchange, and what they are answered.
@Suite(.timeLimit(.minutes(2))) struct IntakeTests {
    private static let sha = "1234567890abcdef1234567890abcdef12345678"

    private static func creation(
        id: String? = nil, application: String = "shop/orders", cluster: String = "local",
        pullRequest: PullRequest? = nil, by requester: String = "ci"
    ) -> PreviewCreationRequested {
        PreviewCreationRequested(
            organization: .default, id: id.flatMap(PreviewID.init(rawValue:)), name: "from the queue", cluster: cluster,
            ttlSeconds: 14_400, services: [ServiceOrder(application: application, targetVersion: "1.5.0")], origin: nil,
            pullRequest: pullRequest, requestedBy: requester)
    }

    private static func act(
        _ action: PreviewActionRequested.Action, on id: PreviewID, service: String? = nil, generation: Int? = nil,
        reason: String? = nil, by requester: String = "ci"
    ) -> PreviewActionRequested {
        PreviewActionRequested(
            organization: .default, id: id, action: action, service: service, generation: generation, reason: reason,
            requestedBy: requester)
    }

    private func refusal(
        _ gateway: GatewayFixture, _ request: some MessagePayload
    ) async throws -> PreviewRefused {
        _ = try await gateway.states()
        try await gateway.deliver(request, id: "the-request")
        #expect(try await gateway.states().isEmpty)
        let refusal = try #require(gateway.others.first as? PreviewRefused)
        #expect(gateway.others.count == 1)
        #expect(refusal.request == "the-request")
        #expect(refusal.resource == nil)
        return refusal
    }

    @Test(arguments: [
        (creation(application: "shop/nothing"), "services[0].application", FieldProblem.Code.unknownApplication),
        (creation(cluster: "moon"), "cluster", .unknownCluster),
        (
            creation(pullRequest: PullRequest(repository: "acme", number: 1, headSHA: sha)), "pullRequest.repository",
            .invalid
        ),
        (
            creation(
                pullRequest: PullRequest(repository: "acme/shop", number: 1, headSHA: sha, url: "javascript:alert(1)")),
            "pullRequest.url", .invalid
        ),
        (
            creation(
                pullRequest: PullRequest(
                    repository: "acme/shop", number: 1, headSHA: sha,
                    url: "https://git.example.com/\(String(repeating: "x", count: 2000))")),
            "pullRequest.url", .tooLong
        ),
        (
            creation(
                pullRequest: PullRequest(
                    repository: "acme/shop", number: 1, headSHA: sha,
                    title: "Z" + String(repeating: "\u{301}", count: 5000))),
            "pullRequest.title", .tooLong
        ),
        (creation(by: " "), "requestedBy", .required),
        (creation(by: String(repeating: "x", count: 201)), "requestedBy", .tooLong),
    ])
    func `a creation that is wrong is refused with its field and the remedy, and nothing is stored`(
        request: PreviewCreationRequested, field: String, code: FieldProblem.Code
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let refusal = try await refusal(gateway, request)
            #expect(refusal.code == "invalid")
            #expect(refusal.name == "from the queue")
            #expect(refusal.errors.map(\.field) == [field])
            #expect(refusal.errors.map(\.code) == [code])
            #expect(refusal.message.contains(try #require(refusal.errors.first).message))
            #expect(!refusal.isPassing)
            #expect(try await gateway.storedPreviews() == 0)
        }
    }

    @Test(arguments: [
        ("create", #"{"organization": "default", "name": "x"}"#, "cluster", FieldProblem.Code.required, "x"),
        (
            "create",
            #"{"organization": "default", "id": "Not An Id", "name": "x", "cluster": "local", "services": []}"#, "id",
            .invalid, "Not An Id"
        ),
        (
            "create",
            #"{"organization": "default", "name": "x", "cluster": "local", "services": [{"application": "shop/orders"}]}"#,
            "services[0].targetVersion", .required, "x"
        ),
        (
            "act", #"{"organization": "default", "id": "pr-1", "action": "dance", "requestedBy": "ci"}"#, "action",
            .invalid, "pr-1"
        ),
        (
            "act", #"{"organization": "default", "id": 7, "action": "approve", "requestedBy": "ci"}"#, "id", .wrongType,
            ""
        ),
    ])
    func `what can't be read is refused with the field, too`(
        verb: String, data: String, field: String, code: FieldProblem.Code, name: String
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        _ = try await gateway.published()
        try await gateway.deliver(MessageKey("preview", verb), data: data, id: "odd")
        let refusal = try #require(try await gateway.published().first as? PreviewRefused)
        #expect(refusal.request == "odd")
        #expect(refusal.organization == .default)
        #expect(refusal.name == name)
        #expect(refusal.code == "invalid")
        #expect(refusal.errors.map(\.field) == [field])
        #expect(refusal.errors.map(\.code) == [code])
        #expect(try await gateway.storedPreviews() == 0)
    }

    @Test func `what does not name its organization can't be answered`() async throws {
        let gateway = try await GatewayFixture.withShop()
        await #expect(throws: MessageDecodingError.self) {
            try await gateway.deliver(
                MessageKey("preview", "act"), data: #"{"id": "pr-1", "action": "approve"}"#, id: "odd")
        }
    }

    @Test func `over the quota it is refused for the time being, and under an id that is taken for good`() async throws
    {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 1 }
        try await gateway.serving {
            try await gateway.deliver(Self.creation(id: "mine"))
            let over = try await refusal(gateway, Self.creation())
            #expect(over.code == "quota-exceeded" && over.isPassing)
            try await gateway.deliver(Self.act(.tearDown, on: try #require(PreviewID(rawValue: "mine"))))
            let taken = try await refusal(gateway, Self.creation(id: "mine"))
            #expect(taken.code == "id-taken" && !taken.isPassing)
            #expect(taken.name == "mine")
        }
    }

    @Test func `a creation is answered with the preview's state, and again when it comes again`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let pullRequest = PullRequest(
            repository: "acme/shop", number: 7, headSHA: Self.sha, title: "Pay by card",
            url: "https://git.example.com/acme/shop/pulls/7")
        try await gateway.serving {
            try await gateway.deliver(Self.creation(pullRequest: pullRequest), id: "order-1")
            let first = try #require(try await gateway.states().last)
            #expect(first.request == "order-1")
            #expect(first.origin == .pullRequest)
            #expect(first.pullRequest == pullRequest)
            _ = try await gateway.published()
            try await gateway.deliver(Self.creation(pullRequest: pullRequest), id: "order-1")
            let again = try await gateway.states()
            #expect(again.map(\.preview.id) == [first.preview.id])
            #expect(again.map(\.request) == ["order-1"])
            #expect(gateway.others.isEmpty)
            #expect(try await gateway.storedPreviews() == 1)
            let json = try await gateway.call(.get, "/previews?origin=pull-request&q=card").json["items"][0]
            #expect(json["pullRequest"]["url"].string == pullRequest.url)
            #expect(json["pullRequest"]["title"].string == "Pay by card")
        }
    }

    @Test func `what can't be done is refused with the field, the remedy, and whether it may be granted later`()
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let unknown = try #require(PreviewID(rawValue: "nobody"))
            for (request, code, field, isPassing) in [
                (Self.act(.approve, on: unknown), "not-found", "id", false),
                (Self.act(.approve, on: preview.id), "not-ready", "action", true),
                (Self.act(.approve, on: preview.id, service: "nothing"), "not-found", "service", false),
                (Self.act(.approve, on: preview.id, generation: 2), "outdated", "generation", false),
                (Self.act(.retry, on: preview.id), "nothing-to-retry", "action", false),
            ] {
                let refusal = try await refusal(gateway, request)
                #expect(refusal.code == code)
                #expect(refusal.name == request.id.rawValue)
                #expect(refusal.errors.map(\.field) == [field])
                #expect(refusal.isPassing == isPassing)
            }
            try await gateway.call(.delete, "/previews/\(preview.id)")
            let ended = try await refusal(gateway, Self.act(.approve, on: preview.id))
            #expect(ended.code == "ended" && ended.errors.map(\.code) == [.notNow])
            // Another organization's preview is none.
            var foreign = Self.act(.tearDown, on: preview.id)
            foreign.organization = try #require(OrganizationName(rawValue: "other"))
            #expect(try await refusal(gateway, foreign).code == "not-found")
        }
    }

    @Test func `reasons and names are as long as elsewhere at most`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let long = String(repeating: "x", count: PreviewActions.reasonLength + 1)
            for (request, field) in [
                (Self.act(.reject, on: preview.id, reason: long), "reason"),
                (Self.act(.tearDown, on: preview.id, by: long), "requestedBy"),
            ] {
                let refusal = try await refusal(gateway, request)
                #expect(refusal.code == "invalid")
                #expect(refusal.errors.map(\.field) == [field])
                #expect(refusal.errors.map(\.code) == [.tooLong])
            }
            #expect(try await gateway.status(of: preview) == "Pending")
        }
    }

    @Test func `what is done is answered with the preview's state; what ended already is what it was to be`()
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            _ = try await gateway.states()
            for id in ["end-1", "end-1", "end-2"] {
                try await gateway.deliver(Self.act(.tearDown, on: preview.id), id: id)
                let told = try await gateway.states()
                #expect(told.map(\.request) == [id])
                #expect(told.map(\.status) == [.tornDown])
            }
            try await gateway.deliver(Self.act(.reject, on: preview.id), id: "end-3")
            #expect(try await gateway.states().map(\.request) == ["end-3"])
            #expect(gateway.others.isEmpty)
        }
    }

    @Test func `a retry that is delivered again later tries nothing again`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            func fail() async throws {
                gateway.advance(by: 1)
                try await gateway.deliver(
                    NamespaceFailed(
                        preview: preview, observedAt: gateway.present, failure: Failure(reason: "No", message: "No.")))
                #expect(try await gateway.status(of: preview) == "Failed")
                gateway.advance(by: 1)
                _ = try await gateway.states()
            }
            try await fail()
            try await gateway.deliver(Self.act(.retry, on: preview.id), id: "retry-1")
            #expect(try await gateway.states().last?.status == .pending)
            try await fail()
            try await gateway.deliver(Self.act(.retry, on: preview.id), id: "retry-1")
            let told = try await gateway.states()
            #expect(told.map(\.status) == [.failed])
            #expect(told.map(\.request) == ["retry-1"])
            #expect(gateway.others.isEmpty)
        }
    }
}
