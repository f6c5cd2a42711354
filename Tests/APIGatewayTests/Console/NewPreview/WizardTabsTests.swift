import Foundation
import GRDB
import HTTPTypes
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

/// One draft in several tabs of a browser.
@Suite struct WizardTabsTests {
    private let orders = "local|shop/orders"

    @Test func `what another tab changed at a step is not undone, and what is typed here is not lost`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "configuration")
            var (first, second) = (try person.form(page), try person.form(page))
            try first.type("2", into: "replicas|\(orders)")
            try second.type("checkout", into: "name")
            gateway.advance(by: 1)
            #expect(try await first.press("action", "stay").path == page.path)
            let forked = try await second.press("action", "stay")
            #expect(forked.path != page.path && forked.path.hasSuffix("/configuration"))
            #expect(forked.text(of: "notice")?.hasPrefix("This step was changed in another tab") == true)
            #expect(try person.form(forked).value(of: "name") == "checkout")
            let kept = try person.form(try await person.get(page.path))
            #expect(kept.value(of: "replicas|\(orders)") == "2")
            #expect(kept.value(of: "name") != "checkout")
            let others = try await person.get(forked.path.replacing("/configuration", with: "/applications"))
            #expect(others.html.contains("href=\"\(page.path.replacing("/configuration", with: ""))\""))
            // Each has its own hosts, so both can become previews.
            #expect(Set(try await gateway.draftIDs()).count == 2)
        }
    }

    @Test func `tabs at different steps do not disturb each other, nor does a form that is sent twice`() async throws {
        let keys = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: keys.publicKey)
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let variables = try await person.wizard(to: "variables")
            let network = variables.path.replacing("/variables", with: "/network")
            var there = try person.form(try await person.get(network))
            var here = try person.form(variables)
            there.uncheck("external|local|shop/storefront")
            #expect(try await there.press().path == variables.path)
            try here.type("hunter2-correct-horse", into: "value|\(orders)|DATABASE_URL")
            try here.type("FEATURE_X", into: "name|new|\(orders)")
            for _ in 0..<2 { #expect(try await here.press("action", "stay").path == variables.path) }
            #expect(try await person.get(variables.path).text.contains("1 copied, 1 rewritten, 2 typed"))
            #expect(try await gateway.count("drafts") == 1)
        }
    }

    @Test func `a preview is not created of what nobody looked at`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let review = try await person.wizard(to: "review")
            var form = try person.form(
                try await person.get(review.path.replacing("/review", with: "/configuration")))
            try form.type("9.9.9", into: "targetVersion|\(orders)")
            _ = try await form.press()
            let refused = try await person.form(review).press()
            #expect(refused.path == review.path)
            #expect(refused.text(of: "notice")?.hasPrefix("It was changed in another tab") == true)
            #expect(try await gateway.storedPreviews() == 0)
            let made = try await person.form(refused).press(follow: false)
            let id = try #require(made.preview)
            let stored = try await gateway.gateway.store.load(id, organization: .default)
            #expect(stored?.preview.service(named: "orders")?.targetVersion == "9.9.9")
            // A tab that stayed open leads to the preview, from wherever it is.
            #expect(try await form.press(follow: false).preview == id)
            #expect(try await person.get(review.path, follow: false).preview == id)
        }
    }

    @Test func `links that begin drafts push out none into which something was typed`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await person.get("/previews/new")
            gateway.advance(by: 1)
            var form = try person.form(page)
            try form.check("application", orders)
            page = try await form.press()
            for _ in 0..<(DraftStore.perPerson * 2) {
                gateway.advance(by: 1)
                _ = try await person.get("/previews/new?application=local/shop/storefront", follow: false)
            }
            #expect(try await gateway.count("drafts") == DraftStore.perPerson)
            #expect(try await person.get(page.path).status == 200)
        }
    }
}

extension GatewayFixture {
    /// The ids that the drafts' previews are to have.
    fileprivate func draftIDs() async throws -> [PreviewID] {
        try await gateway.store.database.read { database in
            try String.fetchAll(database, sql: "SELECT document FROM drafts")
        }.map { try JSONCoding.decoder.decode(PreviewDraft.self, from: Data($0.utf8)).id }
    }
}
