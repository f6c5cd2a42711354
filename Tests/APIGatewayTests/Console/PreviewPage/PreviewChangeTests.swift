import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// Changing a preview on its own page: by the rules of the API's PATCH.
@Suite struct PreviewChangeTests {
    /// What the page's form holds, as a browser would send it untouched.
    private func fields(of page: ConsoleClient.Page) -> [String: String] {
        var fields: [String: String] = [:]
        for match in page.html.matches(of: /<input ([^>]*)>/) {
            let tag = match.output.1
            guard let name = tag.firstMatch(of: /name="([^"]*)"/)?.output.1, name != "csrf",
                !tag.contains("type=\"checkbox\"") || tag.contains(" checked")
            else { continue }
            fields[String(name)] = tag.firstMatch(of: /value="([^"]*)"/).map { String($0.output.1) } ?? ""
        }
        for match in page.html.matches(of: /<textarea [^>]*name="([^"]*)"[^>]*>\n?([^<]*)<\/textarea>/) {
            fields[String(match.output.1)] = String(match.output.2).unescaped.replacing("\n", with: "\r\n")
        }
        return fields
    }

    @Test func `a form that is sent as it came changes nothing`() async throws {
        let keys = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: keys.publicKey)
        try await gateway.serving {
            let body = Shop.creation.replacing(
                #""FEATURE_X": "on""#,
                with: #""FEATURE_X": "on", "LINES": "a\nb\n", "KEY": {"value": "s3cret", "secret": true}"#)
            let preview = try await gateway.createPreview(body: body)
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)/change")
            #expect(page.status == 200)
            #expect(!page.html.contains("s3cret"))
            let fields = fields(of: page)
            #expect(fields["services[0].targetVersion"] == "1.5.0")
            #expect(fields["services[1].resources.memoryLimit"] == "512Mi")
            let after = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(after.text(of: "notice") == "Nothing was different; nothing was changed.")
            #expect(try await gateway.call(.get, "/previews/\(preview.id)").json["generation"].int == 1)
        }
    }

    @Test func `a change raises the generation, and says whose approval it withdraws`() async throws {
        let keys = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: keys.publicKey)
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            _ = try await ConsoleClient(gateway, role: .approver).post(
                "/previews/\(preview.id)/services/orders/approve")
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)/change")
            #expect(page.text.contains("a change withdraws it"))
            var fields = fields(of: page)
            fields["ttlHours"] = "30"
            fields["services[0].targetVersion"] = "1.6.0"
            fields["services[0].autoscaling.enabled"] = "true"
            fields["services[0].variable1.name"] = "TOKEN"
            fields["services[0].variable1.value"] = "a secret & more"
            fields["services[0].variable1.secret"] = "true"
            _ = try await gateway.published()
            let after = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(
                after.text(of: "notice") == "The preview was changed; the approval of orders is withdrawn.")
            let asked = try await gateway.published().compactMap { $0 as? ServiceRequested }
            #expect(asked.map(\.service.name) == ["orders"])
            let service = try #require(asked.first?.service)
            #expect(service.targetVersion == "1.6.0")
            #expect(service.autoscaling.enabled)
            #expect(service.variables["FEATURE_X"] == .literal("on"))
            guard case .sealed(let sealed) = service.variables["TOKEN"] else {
                Issue.record("the secret is not sealed")
                return
            }
            #expect(try keys.open(sealed) == "a secret & more")
            let stored = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(stored["ttlHours"].int == 30)
            #expect(stored["generation"].int == 2)
            #expect(try await gateway.dump().contains("a secret & more") == false)
        }
    }

    @Test func `what was typed for a variable is taken back, and the audit says so`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = Shop.creation.replacing(
                #""FEATURE_X": "on""#, with: #""FEATURE_X": "on", "LOG_LEVEL": "debug", "KEPT": "1""#)
            let preview = try await gateway.createPreview(body: body)
            try await gateway.reportReady(preview)
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)/change")
            #expect(page.text.contains("Remove ( FEATURE_X )"))
            #expect(
                page.text.contains("Revert to what production has, rewritten where it leads to a clone ( LOG_LEVEL )"))
            var fields = fields(of: page)
            // In the order of their names: FEATURE_X, KEPT, LOG_LEVEL.
            fields["services[0].variable0.withdrawn"] = "true"
            fields["services[0].variable2.withdrawn"] = "true"
            fields["services[0].targetVersion"] = "a b"
            let wrong = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(wrong.html.matches(of: /withdrawn" value="true" checked/).count == 2)
            fields["services[0].targetVersion"] = "1.5.0"
            _ = try await gateway.published()
            let after = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(after.text(of: "notice") == "The preview was changed.")
            let asked = try await gateway.published().compactMap { $0 as? ServiceRequested }
            #expect(asked.first?.service.variables == ["KEPT": .literal("1")])
            let changes = try await gateway.audit().last { $0.action == "preview.update" }?.changes
            #expect(
                changes
                    == ["FEATURE_X", "LOG_LEVEL"].map {
                        .init(field: "services.orders.variables.\($0)", before: "set", after: nil)
                    })
        }
    }

    @Test func `the versions known of a service's image are offered`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)/change")
            #expect(page.text.contains("2 known versions"))
            #expect(
                page.html.contains(
                    #"name="services[0].targetVersion" value="1.5.0" autocomplete="off" spellcheck="false" list="services-0-versions""#
                ))
            #expect(page.html.contains(#"data-put="1.4.0" data-into="services-0-targetVersion""#))
            let wrong = try await client.post("/previews/\(preview.id)/change", ["generation": "1", "ttlHours": "x"])
            #expect(wrong.status == 422 && wrong.text.contains("2 known versions"))
        }
    }

    @Test(arguments: [
        ("services[0].targetVersion", "a b", "is no image tag"), ("services[0].replicas", "x", "a whole number"),
        ("services[1].replicas", "0", "choose from 1 to 20"), ("services[0].resources.cpuLimit", "50m", "is below"),
        ("services[0].autoscaling.targetCPUPercent", "101", "from 1 to 100"), ("ttlHours", "1000", "from 1 to 168"),
        ("services[0].resources.memoryRequest", "lots", "is no amount of memory"),
        ("services[0].variable1.name", "9 lives", "is no variable's name"),
        ("services[0].targetVersion", "<script>alert(1)</script>", "is no image tag"),
        ("services[0].targetVersion", "\u{202E}👩‍👩‍👧\"'>", "is no image tag"),
    ])
    func `what is wrong is said at its field, and what was typed stays`(
        field: String, value: String, words: String
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            var fields = fields(of: try await client.get("/previews/\(preview.id)/change"))
            fields[field] = value
            let page = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(page.status == 422)
            let input = try #require(
                page.html.matches(of: /<input [^>]*>/).map { String($0.output) }.first {
                    $0.contains("name=\"\(field)\"")
                })
            #expect(input.contains("aria-invalid=\"true\""))
            #expect(input.contains("value=\"\(EscapedHTML().escapeText(value))\""))
            #expect(page.text.contains(words))
            #expect(!page.html.contains("<script>alert"))
            #expect(try await gateway.call(.get, "/previews/\(preview.id)").json["generation"].int == 1)
        }
    }

    @Test func `what another person changed meanwhile is not undone`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            let fields = fields(of: try await client.get("/previews/\(preview.id)/change"))
            let body = #"{"services": [{"name": "orders", "targetVersion": "1.7.0"}]}"#
            #expect(try await gateway.call(.patch, "/previews/\(preview.id)", body: body).status == 200)
            let page = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(page.status == 422)
            #expect(page.text.contains("The preview was changed meanwhile."))
            let stored = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(stored["services"][0]["targetVersion"].string == "1.7.0")
        }
    }

    @Test func `what was changed since the page was looked at is not approved`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let client = try await ConsoleClient(gateway, role: .approver)
            let page = try await client.get("/previews/\(preview.id)")
            let looked = try #require(page.hidden("generation"))
            #expect(looked == "1")
            let body = #"{"services": [{"name": "orders", "targetVersion": "1.6.0"}], "generation": 1}"#
            #expect(try await gateway.call(.patch, "/previews/\(preview.id)", body: body).status == 200)
            #expect(try await gateway.call(.patch, "/previews/\(preview.id)", body: body).code == "outdated")
            var changed = preview
            changed.generation = 2
            gateway.advance(by: 1)
            try await gateway.reportReady(changed)
            for path in ["approve", "services/orders/approve"] {
                let refused = try await client.post("/previews/\(preview.id)/\(path)", ["generation": looked])
                #expect(refused.text(of: "notice")?.hasPrefix("The preview was changed meanwhile") == true)
                let answer = try await gateway.call(
                    .post, "/previews/\(preview.id)/\(path)", body: #"{"generation": 1}"#)
                #expect(answer.status == 409 && answer.code == "outdated")
            }
            #expect(try await gateway.status(of: preview) == "Ready")
            let again = try await client.get("/previews/\(preview.id)")
            #expect(again.hidden("generation") == "2")
            let approved = try await client.post("/previews/\(preview.id)/approve", ["generation": "2"])
            #expect(approved.text.contains("2 of 2 approved"))
        }
    }

    @Test func `requests above the namespace's quota are refused as a whole`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            var fields = fields(of: try await client.get("/previews/\(preview.id)/change"))
            fields["services[0].replicas"] = "20"
            let page = try await client.post("/previews/\(preview.id)/change", fields)
            #expect(page.status == 422)
            #expect(page.text.contains("The CPU requests come to"))
        }
    }
}
