import Foundation

/// Where someone goes on after signing in: a path of this host, whatever was asked for.
struct ReturnPath: Sendable, Hashable {
    /// A longer one finds no room in a cookie.
    private static let limit = 1000

    let path: String

    /// Takes a path; anything that could lead to another host becomes the list of previews.
    init(_ text: String?) {
        let isLocal =
            text.map { text in
                text.hasPrefix("/") && !text.hasPrefix("//") && !text.contains("\\") && text.utf8.count <= Self.limit
                    && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            } ?? false
        path = isLocal ? text ?? "/previews" : "/previews"
    }

    /// The path as a value of a query.
    var encoded: String {
        path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~/"))) ?? ""
    }
}
