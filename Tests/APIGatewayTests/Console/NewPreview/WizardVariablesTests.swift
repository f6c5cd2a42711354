import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct WizardVariablesTests {
    private let orders = "local|shop/orders"

    @Test func `variables are typed over, added, reverted and removed`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await person.wizard(to: "variables")
            #expect(page.text.contains("1 copied, 2 rewritten, 0 typed"))
            var form = try person.form(page)
            #expect(form.value(of: "value|\(orders)|LOG_LEVEL") == "info")
            try form.type("debug\r\ntrace", into: "value|\(orders)|LOG_LEVEL")
            try form.type("FEATURE_X", into: "name|new|\(orders)")
            try form.type("on", into: "value|new|\(orders)")
            page = try await form.press("action", "stay")
            #expect(page.text.contains("1 copied, 2 rewritten, 0 typed") == false)
            #expect(page.text.contains("0 copied, 2 rewritten, 2 typed"))
            form = try person.form(page)
            #expect(form.value(of: "value|\(orders)|LOG_LEVEL") == "debug\r\ntrace")
            page = try await form.press("action", "stay")
            #expect(page.text.contains("0 copied, 2 rewritten, 2 typed"), "sent again nothing changes")
            page = try await person.form(page).press("revert", "\(orders)|LOG_LEVEL")
            #expect(page.text.contains("1 copied, 2 rewritten, 1 typed"))
            form = try person.form(page)
            #expect(form.value(of: "value|\(orders)|LOG_LEVEL") == "info")
            let added = try #require(form.value(of: "added|\(orders)"))
            page = try await form.press("remove", added)
            #expect(page.text.contains("1 copied, 2 rewritten, 0 typed"))
        }
    }

    @Test func `a bad name is kept, and said at its place`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "variables"))
            try form.type("1 bad", into: "name|new|\(orders)")
            let page = try await form.press()
            let id = FieldID.variable("1 bad", service: 0)
            #expect(page.path.hasSuffix("/variables?at=\(id)"))
            #expect(page.text(of: "\(id)-problem")?.contains("is no variable's name") == true)
            form = try person.form(page)
            let added = try #require(form.value(of: "added|\(orders)"))
            try form.type("GOOD", into: "name|\(added)")
            #expect(try await form.press().path.hasSuffix("/review"))
        }
    }

    @Test func `variables are searched by name and kind, and those not shown are left alone`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "variables")
            let names = try person.form(try await person.get("\(page.path)?q=pg&kind=autoOverride")).names
            #expect(names.contains("value|\(orders)|PGHOST"))
            #expect(!names.contains("value|\(orders)|LOG_LEVEL"))
            #expect(!names.contains("value|\(orders)|DATABASE_URL"))
        }
    }

    @Test func `a secret is sealed as it arrives, and is nowhere in the open`() async throws {
        let keys = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: keys.publicKey)
        let secret = "hunter2-correct-horse"
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "variables"))
            try form.type("\(secret)-1", into: "value|\(orders)|DATABASE_URL")
            try form.type("API_KEY", into: "name|new|\(orders)")
            try form.type("\(secret)-2", into: "value|new|\(orders)")
            try form.check("secret|new|\(orders)")
            let page = try await form.press("action", "stay")
            #expect(!page.html.contains(secret))
            #expect(page.text.contains("sealed"))
            let again = try await person.form(page).press("action", "stay")
            #expect(!(try await gateway.dump()).contains(secret))
            let review = try await person.form(again).press()
            #expect(review.path.hasSuffix("/review"))
            #expect(!review.html.contains(secret))
            #expect(review.text(of: "curl")?.contains("TYPE THE SECRET HERE") == true)
            let made = try await person.form(review).press(follow: false)
            let id = try #require(made.preview)
            let stored = try #require(
                try await gateway.gateway.store.load(id, organization: .default))
            for (name, value) in ["DATABASE_URL": "\(secret)-1", "API_KEY": "\(secret)-2"] {
                guard case .sealed(let sealed) = stored.preview.services[0].variables[name] else {
                    Issue.record("\(name) is not sealed")
                    continue
                }
                #expect(try keys.open(sealed) == value)
            }
            #expect(!(try await gateway.dump()).contains(secret))
            let again2 = try await person.get("/previews/new?from=\(stored.preview.id)")
            #expect(!again2.html.contains(secret))
        }
    }

    @Test func `what is typed in the open over a secret stays in the open`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "variables"))
            try form.type("sqlite::memory:", into: "value|\(orders)|DATABASE_URL")
            form.uncheck("secret|\(orders)|DATABASE_URL")
            var page = try await form.press("action", "stay")
            for _ in 0..<2 {
                #expect(try person.form(page).value(of: "value|\(orders)|DATABASE_URL") == "sqlite::memory:")
                page = try await person.form(page).press("action", "stay")
            }
            form = try person.form(page)
            try form.check("empty|\(orders)|DATABASE_URL")
            page = try await form.press("action", "stay")
            let review = try await person.form(page).press()
            #expect(review.path.hasSuffix("/review"))
            let id = try #require(try await person.form(review).press(follow: false).preview)
            let stored = try await gateway.gateway.store.load(id, organization: .default)
            #expect(stored?.preview.service(named: "orders")?.variables["DATABASE_URL"] == .literal(""))
        }
    }

    @Test func `a secret that can't be sealed is not kept, and is asked for again`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "variables"))
            try form.type("API_KEY", into: "name|new|\(orders)")
            try form.type("hunter2-correct-horse", into: "value|new|\(orders)")
            try form.check("secret|new|\(orders)")
            let page = try await form.press()
            #expect(page.path.contains("/variables?at="))
            #expect(page.text.contains("Type it again."))
            #expect(!(try await gateway.dump()).contains("hunter2-correct-horse"))
        }
    }

    @Test(arguments: TokenPagesTests.hostileNames + [String(repeating: "x", count: 5_000), "</textarea><script>x"])
    func `hostile values show as text`(text: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var form = try person.form(try await person.wizard(to: "configuration"))
            try form.type(text, into: "name")
            try form.type(text, into: "targetVersion|\(orders)")
            var page = try await form.press()
            let escaped = EscapedHTML().escapeText(text)
            #expect(page.html.contains("value=\"\(escaped)\""))
            #expect(!page.html.contains("<script>x") && !page.html.contains("<img"))
            page = try await person.wizard(to: "variables")
            form = try person.form(page)
            try form.type(text, into: "name|new|\(orders)")
            try form.type(text, into: "value|new|\(orders)")
            try form.type(text, into: "value|\(orders)|LOG_LEVEL")
            page = try await form.press("action", "stay")
            #expect(page.status == 200)
            #expect(page.html.contains(escaped))
            #expect(!page.html.contains("<script>x") && !page.html.contains("<img"))
            #expect(try person.form(page).value(of: "value|\(orders)|LOG_LEVEL") == text)
        }
    }
}
