import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct PreviewUpdateTests {
    @Test func `a longer time to live is announced, and nothing is deployed again`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            _ = try await gateway.published()
            let answer = try await gateway.call(.patch, "/previews/\(preview.id)", body: #"{"ttlHours": 48}"#)
            #expect(answer.status == 200)
            #expect(answer.json["expiresAt"].string == "2026-05-30T20:26:40.000Z")
            #expect(answer.json["generation"].int == 1)
            #expect(answer.json["status"].string == "Ready")
            let messages = try await gateway.published()
            #expect(messages.count == 1)
            let updated = try #require(messages.first as? PreviewUpdated)
            #expect(updated.summary.expiresAt == gateway.present.addingTimeInterval(48 * 3600))
            try await gateway.call(.patch, "/previews/\(preview.id)", body: #"{"ttlHours": 48}"#)
            #expect(try await gateway.publishedKeys() == [])
            let due = ExpiryDue(preview: preview, expiresAt: gateway.present.addingTimeInterval(86_400))
            gateway.advance(by: 86_400)
            try await gateway.deliver(due)
            #expect(try await gateway.status(of: preview) == "Ready")
        }
    }

    @Test func `a new version is deployed, and only its service's approval is withdrawn`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            var preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            try await gateway.call(.post, "/previews/\(preview.id)/services/orders/approve")
            _ = try await gateway.published()
            let body = #"{"services": [{"name": "orders", "targetVersion": "1.6.0", "replicas": 2}]}"#
            let answer = try await gateway.call(.patch, "/previews/\(preview.id)", body: body)
            #expect(answer.json["generation"].int == 2)
            #expect(answer.json["status"].string == "Deploying")
            #expect(answer.json["services"][0]["approved"].bool == false)
            #expect(answer.json["services"][0]["targetVersion"].string == "1.6.0")
            #expect(
                try await gateway.publishedKeys() == [
                    "preview.updated", "preview.deploying", "service.requested", "address.requested",
                ])
            // What is said of the first generation says nothing of the second.
            gateway.advance(by: 1)
            try await gateway.deliver(
                ServiceHealthy(preview: preview, service: "orders", observedAt: gateway.present, readyReplicas: 1))
            #expect(try await gateway.status(of: preview) == "Deploying")
            preview.generation = 2
            try await gateway.reportReady(preview)
            #expect(try await gateway.status(of: preview) == "Ready")
        }
    }

    @Test func `a variable that is null is taken back, and in a new preview it is wrong`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let body =
                #"{"services": [{"name": "orders", "variables": {"FEATURE_X": null, "NEW": "1", "NONE": null}}]}"#
            let answer = try await gateway.call(.patch, "/previews/\(preview.id)", body: body)
            #expect(answer.json["services"][0]["variables"] == ["NEW": "1"])
            #expect(answer.json["generation"].int == 2)
            let again = try await gateway.call(.patch, "/previews/\(preview.id)", body: body)
            #expect(again.json["generation"].int == 2)
            let new = Shop.creation.replacing(#""FEATURE_X": "on""#, with: #""FEATURE_X": null"#)
            let refused = try await gateway.call(.post, "/previews", body: new)
            #expect(refused.errors == ["services[0].variables.FEATURE_X wrong-type"])
        }
    }

    @Test(arguments: [
        (#"{"ttlHours": 0}"#, "ttlHours out-of-range"), (#"{"ttlHours": "x"}"#, "ttlHours wrong-type"),
        (#"{"colour": 1}"#, "colour unknown-field"),
        (#"{"services": [{"name": "payments"}]}"#, "services[0].name unknown-service"),
        (#"{"services": [{"name": "orders", "targetVersion": "a b"}]}"#, "services[0].targetVersion invalid"),
        (#"{"services": [{"name": "orders", "replicas": 0}]}"#, "services[0].replicas out-of-range"),
        (#"{"services": [{"name": "orders", "externalDNS": false}]}"#, "services[0].externalDNS unsupported"),
        (
            #"{"services": [{"name": "orders", "resources": {"cpuLimit": "50m"}}]}"#,
            "services[0].resources.cpuLimit below-request"
        ),
    ])
    func `a wrong update is refused, and nothing changes`(body: String, error: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let before = try await gateway.call(.get, "/previews/\(preview.id)").text
            _ = try await gateway.published()
            let answer = try await gateway.call(.patch, "/previews/\(preview.id)", body: body)
            #expect(answer.status == 422)
            #expect(answer.errors == [error])
            #expect(try await gateway.call(.get, "/previews/\(preview.id)").text == before)
            #expect(try await gateway.publishedKeys() == [])
        }
    }

    @Test func `while production is being changed a preview is neither updated nor ended`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            try await gateway.call(.post, "/previews/\(preview.id)/approve")
            let body = #"{"services": [{"name": "orders", "targetVersion": "1.6.0"}]}"#
            let update = try await gateway.call(.patch, "/previews/\(preview.id)", body: body)
            #expect(update.status == 409)
            #expect(update.code == "promotion-running")
            #expect(try await gateway.call(.delete, "/previews/\(preview.id)").code == "promotion-running")
        }
    }

    @Test func `a failed promotion is shown on its service and retried by force`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            try await gateway.call(.post, "/previews/\(preview.id)/approve")
            _ = try await gateway.published()
            let failure = Failure(
                reason: "ProductionMovedOn", message: "Production runs 1.4.1.", nextStep: "Confirm it.")
            try await gateway.deliver(
                PromotionFailed(
                    preview: preview, service: "orders", attempt: 1, observedAt: gateway.present, failure: failure))
            try await gateway.deliver(
                PromotionCompleted(
                    preview: preview, service: "storefront", attempt: 1, observedAt: gateway.present, detail: .init()))
            let shown = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(shown["status"].string == "Approved")
            #expect(shown["services"][0]["promotion"]["state"].string == "failed")
            #expect(shown["services"][0]["promotion"]["message"].string?.contains("1.4.1") == true)
            try await gateway.call(.post, "/previews/\(preview.id)/retry", body: #"{"force": true}"#)
            let requests = try await gateway.published().compactMap { $0 as? PromotionRequested }
            #expect(requests.map(\.service) == ["orders"])
            #expect(requests.map(\.attempt) == [PromotionAttempt(number: 2, force: true)])
            try await gateway.deliver(
                PromotionCompleted(
                    preview: preview, service: "orders", attempt: 2, observedAt: gateway.present, detail: .init()))
            #expect(try await gateway.status(of: preview) == "Completed")
        }
    }

    @Test func `a promotion is forced past the versions of production that were looked at, and past no others`()
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            try await gateway.call(.post, "/previews/\(preview.id)/approve")
            func fail(_ service: String, attempt: Int) async throws {
                let failure = Failure(reason: "ProductionMovedOn", message: "It moved.", nextStep: "Confirm it.")
                try await gateway.deliver(
                    PromotionFailed(
                        preview: preview, service: service, attempt: attempt, observedAt: gateway.present,
                        failure: failure))
            }
            for service in ["orders", "storefront"] { try await fail(service, attempt: 1) }
            try await gateway.runs("1.4.1")
            _ = try await gateway.published()
            func retry(_ body: String) async throws -> GatewayFixture.Answer {
                try await gateway.call(.post, "/previews/\(preview.id)/retry", body: body)
            }
            let refused = try await retry(#"{"force": true, "production": {"orders": "1.4.0"}}"#)
            #expect(refused.status == 409 && refused.code == "production-moved")
            #expect(
                refused.json["detail"].string
                    == "Production was changed meanwhile: of orders it runs 1.4.1 now. Look at it, and decide again.")
            #expect(try await retry(#"{"force": true, "production": {"db": "1"}}"#).status == 404)
            let unforced = try await retry(#"{"production": {"orders": "1.4.1"}}"#)
            #expect(unforced.status == 422 && unforced.errors == ["production invalid"])
            let wrong = try await retry(#"{"force": true, "production": {"orders": 1}}"#)
            #expect(wrong.status == 422 && wrong.errors == ["production.orders wrong-type"])
            #expect(try await gateway.published().isEmpty)
            #expect(try await retry(#"{"force": true, "production": {"orders": "1.4.1"}}"#).status == 200)
            let requests = try await gateway.published().compactMap { $0 as? PromotionRequested }
            #expect(
                requests.sorted { $0.service < $1.service }.map(\.attempt) == [
                    PromotionAttempt(number: 2, force: true, production: "1.4.1"), PromotionAttempt(number: 2),
                ])
            let entry = try #require(try await gateway.audit().last)
            #expect(entry.detail == "force")
            #expect(entry.changes == [.init(field: "production.orders", before: "1.4.1", after: "1.5.0")])
        }
    }
}
