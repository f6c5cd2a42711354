import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

/// A form of a page as a browser without script sends it: with what stands in its fields.
struct PageForm {
    private let path: String
    private var fields: [(name: String, value: String)] = []
    /// Checkboxes and radio buttons that can be chosen and are not.
    private var open: [(name: String, value: String)] = []
    /// The names of fields and buttons that are disabled, with their values.
    private(set) var disabled: [String] = []
    private let client: ConsoleClient

    /// Reads the form with an id.
    init(_ id: String, of page: ConsoleClient.Page, client: ConsoleClient) throws {
        self.client = client
        let start = try #require(
            page.html.range(of: "<form id=\"\(id)\""), "no form \(id) at \(page.path): \(page.text)")
        let rest = page.html[start.upperBound...]
        let end = try #require(rest.range(of: "</form>"))
        let html = String(page.html[start.lowerBound..<end.lowerBound])
        path = try #require(Self.attribute("action", of: html.prefix { $0 != ">" }))
        for match in html.matches(of: /<(input|textarea|button|select|option)\b([^>]*)>/) {
            let (tag, attributes) = (String(match.output.1), match.output.2)
            let name = Self.attribute("name", of: attributes)
            var value = Self.attribute("value", of: attributes) ?? ""
            let isDisabled = attributes.contains(/\ disabled\b/)
            if isDisabled { disabled.append("\(name ?? "") \(value)") }
            guard let name, !isDisabled, tag != "button" else { continue }
            switch Self.attribute("type", of: attributes) {
            case "checkbox", "radio":
                if !attributes.contains(/\ checked\b/) {
                    open.append((name, value.isEmpty ? "on" : value))
                    continue
                }
                if value.isEmpty { value = "on" }
            default: break
            }
            if tag == "textarea" {
                let rest = html[match.range.upperBound...]
                value = rest.range(of: "</textarea>").map { String(rest[..<$0.lowerBound]) } ?? ""
                if value.hasPrefix("\n") { value.removeFirst() }
                // A browser sends lines that end in both.
                value = value.unescaped.replacing("\n", with: "\r\n")
            }
            fields.append((name, value))
        }
    }

    /// Types into a field.
    mutating func type(_ value: String, into name: String) throws {
        let index = try #require(fields.firstIndex { $0.name == name }, "no field \(name) among \(fields.map(\.name))")
        fields[index].value = value
    }

    /// What stands in a field.
    func value(of name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The names of the fields.
    var names: [String] { fields.map(\.name) + open.map(\.name) }

    /// Checks a box.
    mutating func check(_ name: String, _ value: String = "on") throws {
        if fields.contains(where: { $0 == (name, value) }) { return }
        _ = try #require(open.first { $0 == (name, value) }, "nothing to check: \(name) \(value), open: \(open)")
        fields.append((name, value))
    }

    /// Takes a check away.
    mutating func uncheck(_ name: String, _ value: String = "on") { fields.removeAll { $0 == (name, value) } }

    /// Adds a field that the page does not have, as who writes requests by hand may.
    mutating func forge(_ name: String, _ value: String) { fields.append((name, value)) }

    /// What it sends, but for the button.
    var sent: [(String, String)] { fields.map { ($0.name, $0.value) } }

    /// Sends it with a button.
    func press(_ name: String = "action", _ value: String = "next", follow: Bool = true) async throws
        -> ConsoleClient.Page
    {
        try await client.post(path, pairs: sent + [(name, value)], follow: follow)
    }

    private static func attribute(_ name: String, of attributes: some StringProtocol) -> String? {
        let text = String(attributes)
        guard let start = text.range(of: " \(name)=\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" }).unescaped
    }
}

extension ConsoleClient.Page {
    /// The preview that it leads to.
    var preview: PreviewID? {
        headers[.location].flatMap { PreviewID(rawValue: String($0.dropFirst("/previews/".count))) }
    }
}

extension ConsoleClient {
    /// A wizard's step with what was typed into it.
    func form(_ page: Page) throws -> PageForm { try PageForm("wizard", of: page, client: self) }

    /// Begins a preview of the shop, and goes on to the step given.
    func wizard(to step: String, applications: [String] = ["orders", "storefront"]) async throws -> Page {
        var page = try await get("/previews/new")
        var form = try form(page)
        for name in applications { try form.check("application", "local|shop/\(name)") }
        page = try await form.press()
        if step == "configuration" { return page }
        form = try self.form(page)
        for (name, version) in ["orders": "1.5.0", "storefront": "2.1.0"] where applications.contains(name) {
            try form.type(version, into: "targetVersion|local|shop/\(name)")
        }
        page = try await form.press()
        while !page.path.hasSuffix("/\(step)") {
            let before = page.path
            page = try await self.form(page).press()
            try #require(page.path != before, "it does not go on from \(before): \(page.text)")
        }
        return page
    }
}
