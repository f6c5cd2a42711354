import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct WizardTests {
    @Test func `five steps lead to a preview`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let review = try await person.wizard(to: "review")
            #expect(review.status == 200)
            #expect(review.text.contains("0.35 USD"))
            let made = try await person.form(review).press(follow: false)
            #expect(made.status == 303)
            let id = try #require(made.preview)
            let stored = try #require(try await gateway.gateway.store.load(id, organization: .default))
            #expect(stored.preview.origin == .console)
            #expect(stored.preview.name == "orders, storefront")
            #expect(stored.preview.services.map(\.targetVersion) == ["1.5.0", "2.1.0"])
            #expect(stored.preview.services.map(\.externalDNS) == [true, true])
            #expect(review.html.contains("orders-\(id).preview.localhost"), "the hosts shown are those that it gets")
            #expect(try await gateway.audit().contains { $0.action == "preview.create" && $0.channel == .console })
        }
    }

    @Test func `creating twice makes one preview`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let form = try person.form(try await person.wizard(to: "review"))
            async let first = form.press(follow: false)
            async let second = form.press(follow: false)
            let paths = try await [first, second].map { $0.headers[.location] }
            let again = try await form.press(follow: false).headers[.location]
            #expect(Set(paths + [again]).count == 1)
            #expect(paths[0]?.hasPrefix("/previews/") == true)
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `a step ahead of the first unfinished one is not entered, and why is said`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let first = try await person.get("/previews/new")
            #expect(first.path.hasSuffix("/applications"))
            let review = first.path.replacing("/applications", with: "/review")
            let page = try await person.get(review)
            #expect(page.path == first.path)
            #expect(page.text(of: "notice")?.contains("Finish Applications first.") == true)
            #expect(page.html.contains(#"value="applications" aria-current="step""#))
            #expect(try person.form(page).disabled.contains("go review"))
            let forged = try await person.post(review, ["action": "next"])
            #expect(forged.path == first.path)
            #expect(try await gateway.storedPreviews() == 0)
        }
    }

    @Test func `what is wrong is said at its field and kept when going back, and after a restart`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "configuration"))
            let typed = [
                "name": "  ", "ttlHours": "many", "targetVersion|local|shop/orders": "1 5",
                "replicas|local|shop/orders": "99", "cpuRequest|local|shop/orders": "2 cores",
                "memoryRequest|local|shop/orders": "1Gi", "memoryLimit|local|shop/orders": "512Mi",
            ]
            for (name, value) in typed { try form.type(value, into: name) }
            let page = try await form.press()
            #expect(page.path.hasSuffix("/configuration"))
            for id in [
                "name", "ttlHours", "s0-targetVersion", "s0-replicas", "s0-cpuRequest", "s0-memoryLimit",
                "s1-targetVersion",
            ] {
                #expect(page.text(of: "\(id)-problem") != nil, "\(id)")
                #expect(page.html.contains(" id=\"\(id)\"") && page.html.contains("\(id)-problem\""))
            }
            #expect(page.text(of: "s0-cpuLimit-problem") == nil)
            let back = try await person.form(page).press("go", "applications")
            #expect(back.path.hasSuffix("/applications"))
            let again = try await person.get(page.path)
            let kept = try person.form(again)
            for (name, value) in typed where name != "name" { #expect(kept.value(of: name) == value) }
        }
    }

    @Test func `a draft without a name is listed by what is in it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "configuration")
            _ = try await person.post(page.path, ["name": " ", "action": "stay"])
            let other = try await person.get("/previews/new")
            #expect(other.text.contains("Your other drafts"))
            #expect(other.html.contains(/<a href="\/previews\/new\/[^"]+"><bdi>\w+/))
        }
    }

    @Test func `drafts of others are not there, nor are forgotten ones`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let token = try await gateway.token(.developer)
            let person = try await ConsoleClient(gateway, token: token)
            let page = try await person.wizard(to: "network")
            for other in [
                try await ConsoleClient(gateway, role: .admin),
                try await ConsoleClient(gateway, role: .admin, organization: "acme"),
            ] {
                #expect(try await other.get(page.path).status == 404)
                #expect(try await other.post(page.path, ["action": "next"]).status == 404)
                let discard = page.path.replacing("/network", with: "/discard")
                _ = try await other.post(discard)
            }
            #expect(try await person.get(page.path).status == 200)
            let elsewhere = try await ConsoleClient(gateway, token: token)
            #expect(try await elsewhere.get(page.path).status == 200, "another browser of the same person")
            gateway.advance(by: DraftStore.lifetime + 1)
            let later = try await ConsoleClient(gateway, token: token)
            #expect(try await later.get(page.path).status == 404)
            _ = try await later.get("/previews/new")
            #expect(try await gateway.count("drafts") == 1)
        }
    }

    @Test func `a viewer is told the role, and a form of another session is refused`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let viewer = try await ConsoleClient(gateway, role: .viewer)
            #expect(try await viewer.get("/previews/new").status == 403)
            #expect(try await gateway.count("drafts") == 0)
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.get("/previews/new")
            #expect(try await person.post(page.path, ["csrf": "guess", "action": "next"]).status == 403)
        }
    }

    @Test func `a preview is begun again with its settings`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.get("/previews/new?from=\(preview.id)")
            #expect(page.path.hasSuffix("/configuration"))
            let form = try person.form(page)
            #expect(form.value(of: "targetVersion|local|shop/orders") == "1.5.0")
            #expect(form.value(of: "name") == "checkout with new payments")
            let review = try await form.press("go", "review")
            #expect(review.text.contains("FEATURE_X"))
            let stranger = try await ConsoleClient(gateway, role: .admin, organization: "acme")
            #expect(try await stranger.get("/previews/new?from=\(preview.id)").status == 404)
        }
    }

    @Test func `an application begins a preview of it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.get("/previews/new?application=local/shop/orders")
            #expect(page.text(of: "chosen") == "1")
            #expect(try await person.get("/previews/new?application=local/shop/nothing").status == 404)
        }
    }

    @Test func `a full quota is said before anything is created`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 1 }
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let review = try await person.wizard(to: "review")
            _ = try await gateway.createPreview()
            let refused = try await person.form(review).press()
            #expect(refused.path.hasSuffix("/review"))
            #expect(refused.text.contains("1 previews are active, the limit is 1"))
            #expect(try person.form(refused).disabled.contains("action next"))
            #expect(try await gateway.storedPreviews() == 1)
        }
    }
}
