import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// Organizations that have a lot.
@Suite struct WizardSizeTests {
    private func last(_ number: Int) -> String { "value|local|team-\(number)/app-\(number)|SETTING_299" }

    /// 400 applications, of which the first three have 300 variables each.
    private func gateway() async throws -> GatewayFixture {
        let gateway = try await GatewayFixture.withShop()
        let variables = (0..<300).map { number in
            ApplicationVariable(
                name: "SETTING_\(number)", container: "app", kind: .copied, source: .literal,
                value: number == 7 ? "http://app-9.team-9:8080" : "value \(number)", reason: "literal")
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
        return gateway
    }

    /// The step of the variables of a preview of those three.
    private func variables(of person: ConsoleClient) async throws -> ConsoleClient.Page {
        var page = try await person.get("/previews/new")
        #expect(page.html.utf8.count < 500_000)
        var form = try person.form(page)
        for number in 0..<3 { try form.check("application", "local|team-\(number)/app-\(number)") }
        form = try person.form(try await form.press())
        for number in 0..<3 { try form.type("2", into: "targetVersion|local|team-\(number)/app-\(number)") }
        page = try await person.form(try await form.press()).press()
        try #require(page.path.hasSuffix("/variables"), "it went to \(page.path)")
        return page
    }

    @Test func `of hundreds of variables a page is shown, and what leads outside comes first`() async throws {
        let gateway = try await gateway()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await variables(of: person)
            #expect(page.html.utf8.count < 150_000)
            #expect(page.text.contains("1–30 of 900 variables"))
            #expect(page.text.contains("300 copied, 0 rewritten, 0 typed"))
            let rows = try page.attributes("name").filter { $0.hasPrefix("value|local") }
            #expect(rows.count == 30)
            let first = rows.first { $0.contains("team-2") }
            #expect(first?.hasSuffix("SETTING_7") == true, "each service's begin with what leads outside")
            #expect(page.text.contains("SETTING_7 leads to team-9/app-9, which is not part of the preview"))
        }
    }

    @Test func `every variable is found by its name, its value, its kind and its service`() async throws {
        let gateway = try await gateway()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let path = try await variables(of: person).path
            for (query, shown) in [
                ("q=setting_299", "3 variables"), ("q=value%20299", "3 variables"),
                ("q=ting_29", "1–30 of 33 variables"),
                ("q=299&of=local%7Cteam-2%2Fapp-2", "1 variable"),
                ("of=local%7Cteam-2%2Fapp-2", "1–30 of 300 variables"),
                ("kind=userOverride", "No variables"), ("kind=copied&page=30", "871–900 of 900 variables"),
                ("page=1000", "871–900 of 900 variables"), ("page=-1", "1–30 of 900 variables"),
            ] {
                #expect(try await person.get("\(path)?\(query)").text(of: "shown") == shown, "\(query)")
            }
        }
    }

    @Test func `what is typed on one page is kept on every other, and comes first`() async throws {
        let gateway = try await gateway()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await variables(of: person)
            var form = try person.form(page)
            let typed = try #require(form.names.last { $0.hasPrefix("value|local") })
            try form.type("typed on the first page", into: typed)
            page = try await form.press("to", "2")
            #expect(page.text(of: "shown") == "31–60 of 900 variables")
            form = try person.form(page)
            #expect(form.value(of: typed) == nil)
            try form.type("SETTING_299", into: "q")
            page = try await form.press("to", "1")
            form = try person.form(page)
            try form.type("another", into: last(2))
            page = try await form.press()
            #expect(page.path.hasSuffix("/review"))
            #expect(page.text.contains("298 copied, 0 rewritten, 2 typed SETTING_299 SETTING_7"))
            page = try await person.get(page.path.replacing("/review", with: "/variables"))
            let rows = try page.attributes("name").filter { $0.hasPrefix("value|local") }
            #expect(rows.filter { $0.contains("team-2") } == [last(2), typed])
            form = try person.form(page)
            #expect(form.value(of: typed) == "typed on the first page")
            #expect(form.value(of: last(2)) == "another")
        }
    }

    @Test func `what is wrong comes first in the answer, whichever page it is typed on`() async throws {
        let gateway = try await gateway()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let path = try await variables(of: person).path
            let id = FieldID.variable("SETTING_299", service: 2)
            var form = try person.form(try await person.get("\(path)?at=\(id)"))
            try form.type(String(repeating: "x", count: 32_769), into: last(2))
            let answer = try await form.press("action", "keep", follow: false)
            #expect(answer.text(of: "\(id)-problem") == "The value may have at most 32768 bytes.")
            #expect(answer.text(of: "shown") == "1–30 of 900 variables")
        }
    }

    @Test func `what a variable's address or its problem leads to is the page that it is on`() async throws {
        let gateway = try await gateway()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            var page = try await variables(of: person)
            let (id, bad) = (
                FieldID.variable("SETTING_299", service: 2), FieldID.variable("1 bad", service: 2)
            )
            let path = page.path
            page = try await person.get("\(path)?at=\(id)")
            var form = try person.form(page)
            #expect(form.value(of: last(2)) == "value 299")
            try form.type("1 bad", into: "name|new|local|team-2/app-2")
            page = try await form.press()
            #expect(page.path == "\(path)?at=\(bad)")
            #expect(page.text(of: "\(bad)-problem")?.contains("is no variable's name") == true)
            form = try person.form(try await person.get("\(path)?at=\(id)"))
            try form.type("typed", into: last(2))
            page = try await person.post("\(path)?at=\(id)", pairs: form.sent)
            #expect(try person.form(page).value(of: last(2)) == "typed")
            #expect(page.text(of: "shown") == "1–30 of 901 variables")
        }
    }
}
