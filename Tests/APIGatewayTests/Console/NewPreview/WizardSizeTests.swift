import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// Organizations that have a lot.
@Suite struct WizardSizeTests {
    @Test func `hundreds of applications and variables are gone through like a few`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let variables = (0..<300).map { number in
            ApplicationVariable(
                name: "SETTING_\(number)", container: "app", kind: .copied, source: .literal,
                value: "value \(number)", reason: "literal")
        }
        let applications = (0..<400).map { number in
            Application(
                cluster: "local", namespace: "team-\(number % 20)", name: "app-\(number)",
                currentVersion: "1.0.\(number)",
                image: "team/app-\(number):1.0.\(number)", replicas: 1, managedBy: .helm,
                variables: number < 3 ? variables : [], serviceNames: ["app-\(number)"])
        }
        try await gateway.deliver(
            CatalogueChanged(
                cluster: "local", version: nil, applications: applications,
                observedAt: gateway.present.addingTimeInterval(1)))
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await person.get("/previews/new")
            var form = try person.form(page)
            #expect(page.html.utf8.count < 500_000)
            for number in 0..<3 { try form.check("application", "local|team-\(number)/app-\(number)") }
            form = try person.form(try await form.press())
            for number in 0..<3 { try form.type("2", into: "targetVersion|local|team-\(number)/app-\(number)") }
            page = try await person.form(try await form.press()).press()
            page = try await person.get(page.path)
            #expect(page.text.contains("300 copied, 0 rewritten, 0 typed"))
            form = try person.form(page)
            try form.type("another", into: "value|local|team-2/app-2|SETTING_299")
            page = try await form.press()
            #expect(page.path.hasSuffix("/review"))
            #expect(page.text.contains("299 copied, 0 rewritten, 1 typed SETTING_299"))
        }
    }
}
