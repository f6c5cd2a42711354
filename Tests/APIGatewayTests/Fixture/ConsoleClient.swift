import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import APIGateway

/// A browser without script: it keeps cookies, goes on where it is sent, and sends forms with what the page put in them.
final class ConsoleClient: Sendable {
    /// What the browser shows.
    struct Page {
        /// Where it is after redirects.
        let path: String
        let status: Int
        let headers: HTTPFields
        let html: String

        /// The text without tags, with one blank between words.
        var text: String {
            html.replacing(/<script[^>]*>|<[^>]+>/, with: " ").split(whereSeparator: \.isWhitespace)
                .joined(separator: " ").unescaped
        }

        /// The token that the page's forms carry.
        var csrf: String? { html.firstMatch(of: /name="csrf" value="([^"]+)"/).map { String($0.output.1) } }

        /// What stands in the first hidden field of a name.
        func hidden(_ name: String) -> String? {
            guard let start = html.range(of: "<input type=\"hidden\" name=\"\(name)\" value=\"") else { return nil }
            return String(html[start.upperBound...].prefix { $0 != "\"" }).unescaped
        }

        /// Every value of an attribute, in the order of the page, as the source has it.
        func attributes(_ name: String) throws -> [String] {
            try html.matches(of: Regex("\\b\(name)=\"([^\"]*)\"")).compactMap { match in
                match.output[1].substring.map(String.init)
            }
        }

        /// The text of the element with an id, without tags.
        func text(of id: String) -> String? {
            guard let start = html.range(of: " id=\"\(id)\""),
                let open = html[..<start.lowerBound].lastIndex(of: "<"),
                let close = html[start.upperBound...].firstIndex(of: ">")
            else { return nil }
            let name = html[html.index(after: open)...].prefix { $0 != " " && $0 != ">" }
            let rest = html[html.index(after: close)...]
            guard let end = rest.range(of: "</\(name)>") else { return nil }
            return String(rest[..<end.lowerBound].replacing(/<[^>]+>/, with: "")).unescaped
        }
    }

    private let gateway: GatewayFixture
    private let cookies = Mutex<[String: String]>([:])

    init(_ gateway: GatewayFixture) { self.gateway = gateway }

    /// Signs in with a token.
    convenience init(_ gateway: GatewayFixture, token: String) async throws {
        self.init(gateway)
        let page = try await post("/sign-in", ["token": token])
        try #require(page.status == 200 && page.path == "/previews", "signing in led to \(page.path)")
    }

    /// Signs in with a new token of a role.
    convenience init(_ gateway: GatewayFixture, role: Role, organization: String = "default") async throws {
        try await self.init(gateway, token: try await gateway.token(role, organization: organization))
    }

    /// Goes on with a session that was begun elsewhere.
    convenience init(_ gateway: GatewayFixture, key: SessionKey) {
        self.init(gateway)
        cookies.withLock { $0["understudy-session"] = key.secret }
    }

    /// Opens a page.
    func get(_ path: String, headers: HTTPFields = [:], follow: Bool = true) async throws -> Page {
        try await go(.get, path, headers: headers, body: nil, follow: follow)
    }

    /// Sends a form with the session's token, unless the fields have another one.
    func post(_ path: String, _ fields: [String: String] = [:], follow: Bool = true) async throws -> Page {
        var fields = fields
        if fields["csrf"] == nil, path != "/sign-in", let key {
            fields["csrf"] = try await gateway.gateway.sessions.session(of: key)?.csrfToken
        }
        return try await post(path, pairs: fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, follow: follow)
    }

    /// Sends a form as it is, with fields that it may have several times.
    func post(_ path: String, pairs: [(String, String)], follow: Bool = true) async throws -> Page {
        let body = pairs.map { "\($0.0.formEncoded)=\($0.1.formEncoded)" }
        return try await go(.post, path, body: body.joined(separator: "&"), follow: follow)
    }

    /// The key of the session that the browser holds.
    var key: SessionKey? { cookies.withLock { $0["understudy-session"] }.flatMap { SessionKey($0) } }

    /// A cookie that the browser holds.
    func cookie(_ name: String) -> String? { cookies.withLock { $0[name] } }

    private func go(
        _ method: HTTPRequest.Method, _ path: String, headers extra: HTTPFields = [:], body: String?, follow: Bool
    ) async throws -> Page {
        var headers: HTTPFields = [.accept: "text/html", .userAgent: "Mozilla/5.0 (X11; Linux) Firefox/140.0"]
        for field in extra { headers[field.name] = field.value }
        let cookie = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
        if !cookie.isEmpty { headers[.cookie] = cookie }
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let answer = try await gateway.send(method, path, headers: headers, body: body)
        for line in answer.headers[values: .setCookie] { take(line) }
        if follow, answer.status == 303, let next = answer.headers[.location] {
            // What follows the hash is the browser's own business.
            return try await go(.get, String(next.prefix { $0 != "#" }), body: nil, follow: true)
        }
        return Page(path: path, status: answer.status, headers: answer.headers, html: answer.text)
    }

    private func take(_ line: String) {
        let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return }
        let value = line.contains("Max-Age=0") ? nil : String(pair[1])
        cookies.withLock { $0[String(pair[0])] = value }
    }
}

extension String {
    /// As a field of a form.
    fileprivate var formEncoded: String {
        Data(utf8).map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar)
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    var unescaped: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(self) { $0.replacing($1.0, with: $1.1) }
    }
}
