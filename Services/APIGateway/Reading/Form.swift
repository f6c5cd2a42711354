import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a form or of a query, as browsers write them (`application/x-www-form-urlencoded`).
struct Form: Sendable, Hashable {
    private var values: [String: [String]] = [:]

    /// Reads fields as they stand in a body or in a query.
    init(_ text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let pieces = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(pieces[0])
            values[name, default: []].append(pieces.count == 2 ? Self.decoded(pieces[1]) : "")
        }
    }

    /// The first value of a field.
    subscript(name: String) -> String? { values[name]?.first }

    /// Every value of a field, in the order of the page.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// A field's value without surrounding blanks, or `nil` where nothing was typed.
    func text(_ name: String) -> String? {
        guard let text = values[name]?.first?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else {
            return nil
        }
        return text
    }

    private static func decoded(_ text: some StringProtocol) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

extension Request {
    /// The form that the request carries, once its token shows that a page of this session sent it.
    ///
    /// - Throws: ``Problem`` where it is no form, or another site's.
    func form(_ context: GatewayContext) async throws -> Form {
        let form = try await unprotectedForm()
        guard let session = context.session, session.accepts(csrfToken: form["csrf"] ?? "") else {
            let detail =
                "This form was not sent by a page of your session, or the session has changed. "
                + "Reload the page and try again."
            throw Problem(.forbidden, "csrf-token", detail)
        }
        return form
    }

    /// The form of a page that nobody is signed in for.
    ///
    /// - Parameter limit: how many bytes it may have.
    func unprotectedForm(limit: Int = Request.bodyLimit) async throws -> Form {
        guard headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            throw Problem(.unsupportedMediaType, "unsupported-media-type", "Send a form of the console.")
        }
        return Form(String(buffer: try await body.collect(upTo: limit)))
    }

    /// Checks that no page of another site has sent the request: nobody is to be signed in as somebody else, unaware.
    /// Previews may be neighbours of the console's host, so a page of the same site is one of another, too.
    ///
    /// - Throws: ``Problem``.
    func requireOwnPage(_ publicURL: PublicURL) throws {
        let isOwn: Bool
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) {
            isOwn = site == "same-origin" || site == "none"
        } else if let origin = headers[.origin] {
            // Browsers leave the other header out where the connection is not secure.
            isOwn =
                origin == publicURL.description
                || ["http://", "https://"].contains { origin == $0 + (head.authority ?? "") }
        } else {
            isOwn = true
        }
        guard isOwn else {
            throw Problem(.forbidden, "cross-site", "Another site sent this form; open the console and try again.")
        }
    }
}
