import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// What the page's script sends while the person types.
@Suite struct WizardKeepingTests {
    private let orders = "local|shop/orders"

    @Test func `what is kept while typing is answered with what is wrong, and held against nobody yet`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "configuration")
            var form = try person.form(page)
            try form.type("many", into: "ttlHours")
            let answer = try await form.press("action", "keep", follow: false)
            #expect(answer.status == 200)
            #expect(answer.text(of: "ttlHours-problem") != nil)
            #expect(answer.text(of: "s0-targetVersion-problem") != nil)
            #expect(answer.text(of: "name-problem") == nil)
            let again = try await person.get(page.path)
            #expect(try person.form(again).value(of: "ttlHours") == "many")
            #expect(!again.html.contains("-problem\""))
            #expect(try person.form(again).disabled.contains("go network"))
        }
    }

    @Test func `a form whose answer was lost is sent again, and the next goes on from it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "configuration"))
            try form.type("checkout", into: "name")
            let first = try await form.press("action", "keep", follow: false)
            let second = try await form.press("action", "keep", follow: false)
            #expect(second.status == 200)
            #expect(second.hidden("revision") == first.hidden("revision"))
            try form.type(try #require(second.hidden("revision")), into: "revision")
            try form.type("checkout with new payments", into: "name")
            let third = try await form.press("action", "keep", follow: false)
            #expect(try person.form(third).value(of: "name") == "checkout with new payments")
            #expect(try await gateway.count("drafts") == 1)
        }
    }

    @Test func `who saves and checks is told what is wrong, and the next step opens where nothing is`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await person.form(try await person.wizard(to: "configuration")).press("action", "stay")
            #expect(page.path.hasSuffix("/configuration"))
            #expect(page.text(of: "s0-targetVersion-problem") != nil)
            var form = try person.form(page)
            #expect(form.disabled.contains("go network"))
            for name in ["orders", "storefront"] { try form.type("1.5.0", into: "targetVersion|local|shop/\(name)") }
            page = try await form.press("action", "stay")
            #expect(page.path.hasSuffix("/configuration"))
            #expect(!page.html.contains("-problem\""))
            #expect(try !person.form(page).disabled.contains("go network"))
        }
    }

    @Test func `what is typed in the open stays in the draft, and is sealed once marked as a secret`() async throws {
        let keys = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: keys.publicKey)
        let secret = "hunter2-correct-horse"
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "variables"))
            try form.type(secret, into: "value|\(orders)|LOG_LEVEL")
            _ = try await form.press("action", "keep", follow: false)
            #expect(try await gateway.dump().ranges(of: secret).count == 1, "in the draft alone")
            let colleague = try await ConsoleClient(gateway, role: .admin)
            for path in ["/previews", "/previews/new", "/audit"] {
                #expect(try await !colleague.get(path).html.contains(secret), "\(path)")
            }
            // A search in between shows other variables.
            try form.type("PGHOST", into: "q")
            let found = try await form.press("to", "1")
            #expect(!found.html.contains(secret))
            form = try person.form(try await person.get(String(found.path.prefix { $0 != "?" })))
            try form.check("secret|\(orders)|LOG_LEVEL")
            let answer = try await form.press("action", "keep", follow: false)
            #expect(!answer.html.contains(secret))
            #expect(try await !gateway.dump().contains(secret))
            let review = try await person.form(try await person.get(found.path)).press()
            let id = try #require(try await person.form(review).press(follow: false).preview)
            let stored = try await gateway.gateway.store.load(id, organization: .default)
            guard case .sealed(let sealed) = stored?.preview.service(named: "orders")?.variables["LOG_LEVEL"] else {
                Issue.record("LOG_LEVEL is not sealed")
                return
            }
            #expect(try keys.open(sealed) == secret)
        }
    }
}
