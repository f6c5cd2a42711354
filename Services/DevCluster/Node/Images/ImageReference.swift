/// An image's name taken apart: repository without the registry's host, and tag.
struct ImageReference: Sendable, Equatable {
    /// The name as written.
    var text: String
    /// `shop/orders` of `registry.example/shop/orders:1.5.0`.
    var repository: String
    /// The tag, `latest` when none is given.
    var tag: String

    /// `nil` when the text is no usable image name: a digest without a tag, an empty part, or a way out of the folder.
    init?(_ text: String) {
        self.text = text
        var rest = Substring(text)
        var hasDigest = false
        if let at = rest.firstIndex(of: "@") {
            rest = rest[..<at]
            hasDigest = true
        }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard var last = parts.popLast() else { return nil }
        if let colon = last.firstIndex(of: ":") {
            tag = String(last[last.index(after: colon)...])
            last = last[..<colon]
        } else if hasDigest {
            return nil
        } else {
            tag = "latest"
        }
        parts.append(last)
        if parts.count > 1, let host = parts.first, host.contains(".") || host.contains(":") || host == "localhost" {
            parts.removeFirst()
        }
        guard (parts + [Substring(tag)]).allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\\") })
        else { return nil }
        repository = parts.joined(separator: "/")
    }
}
