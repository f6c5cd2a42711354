import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct WizardStepTests {
    @Test func `applications are searched, and those of other clusters wait with the reason`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.get("/previews/new"))
            #expect(form.disabled.allSatisfy { $0.hasPrefix("go ") })
            try form.check("application", "local|shop/orders")
            try form.type("storefront", into: "q")
            let found = try await form.press("to", "1")
            #expect(found.text.contains("shop/ storefront"))
            #expect(!found.text.contains("shop/ orders"))
            #expect(found.text(of: "chosen") == "1", "what is not shown stays chosen")
            form = try person.form(found)
            try form.type("", into: "q")
            let all = try await form.press("to", "1")
            #expect(try person.form(all).disabled.contains("application remote|shop/payments"))
            #expect(all.text.contains("On another cluster than local; a preview is on one cluster."))
        }
    }

    @Test func `applications of two clusters are refused where they stand`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.get("/previews/new"))
            try form.check("application", "local|shop/orders")
            try form.check("application", "remote|shop/payments")
            let page = try await form.press()
            #expect(page.path.hasSuffix("/applications"))
            #expect(page.text.contains("It is on cluster remote, the preview on local"))
            form = try person.form(page)
            form.uncheck("application", "remote|shop/payments")
            #expect(try await form.press().path.hasSuffix("/configuration"))
        }
    }

    @Test func `an application that can't be previewed says why, also to a forged choice`() async throws {
        let gateway = try await GatewayFixture.withShop()
        var broken = Shop.storefront
        broken.problem = "its chart can't be read"
        try await gateway.deliver(
            CatalogueChanged(
                cluster: "local", version: nil, applications: [Shop.orders, broken],
                observedAt: gateway.present.addingTimeInterval(1)))
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.get("/previews/new")
            var form = try person.form(page)
            #expect(form.disabled.contains("application local|shop/storefront"))
            #expect(page.text.contains("Can't be previewed: its chart can't be read"))
            form.forge("application", "local|shop/storefront")
            #expect(try await form.press().text(of: "chosen") == "0")
        }
    }

    @Test func `what was typed for an application comes back with it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await person.wizard(to: "network")
            for choose in [false, true] {
                var form = try person.form(try await person.get(page.path.replacing("/network", with: "/applications")))
                if choose {
                    try form.check("application", "local|shop/storefront")
                } else {
                    form.uncheck("application", "local|shop/storefront")
                }
                page = try await form.press("go", "network")
            }
            #expect(page.path.hasSuffix("/network"))
            #expect(page.text.contains("storefront"))
        }
    }

    @Test func `the one who answers at the preview's own host is chosen`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "network")
            var form = try person.form(page)
            form.uncheck("primary", "local|shop/orders")
            try form.check("primary", "local|shop/storefront")
            form.uncheck("external|local|shop/orders")
            var next = try await form.press()
            next = try await person.form(next).press()
            #expect(next.text.contains("No address"))
            let made = try await person.form(next).press(follow: false)
            let id = try #require(made.preview)
            let stored = try await gateway.gateway.store.load(id, organization: .default)
            #expect(stored?.preview.primaryService?.name == "storefront")
        }
    }

    @Test func `what leads outside is warned of, with the way to it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let variables = try await person.wizard(to: "variables", applications: ["storefront"])
            #expect(variables.text.contains("ORDERS_URL leads to shop/orders, which is not part of the preview"))
            let review = try await person.form(variables).press()
            let anchor = FieldID.variable("ORDERS_URL", service: 0)
            #expect(review.html.contains("/variables?at=\(anchor)#\(anchor)\""))
            #expect(variables.html.contains(" id=\"\(anchor)\""))
        }
    }

    @Test func `the command and the manifest say the same, and what they can't`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "configuration"))
            // A name that YAML would take for a number.
            try form.type("1e3", into: "name")
            for name in ["orders", "storefront"] { try form.type("1.5.0", into: "targetVersion|local|shop/\(name)") }
            let variables = try await person.form(try await form.press()).press()
            let review = try await person.form(variables).press()
            let curl = try #require(review.text(of: "curl"))
            let start = try #require(curl.range(of: "<<'PREVIEW'\n"))
            let end = try #require(curl.range(of: "\nPREVIEW"))
            let body = String(curl[start.upperBound..<end.lowerBound])
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(curl.contains("Bearer $UNDERSTUDY_TOKEN"))
            let manifest = try #require(review.text(of: "manifest"))
            #expect(manifest.contains("name: \"1e3\""))
            #expect(manifest.contains("kind: PreviewEnvironment") && manifest.contains("\"shop/orders\""))
            #expect(review.text.contains("a resource has one for all services, made of its commit"))
        }
    }
}
