/// An image as a container names it: `[registry/]repository[:tag][@digest]`.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// Registry and repository.
    public var repository: String
    /// What follows the colon, such as `1.5.0`; `nil` where there is none.
    public var tag: String?
    /// What follows the `@`, such as `sha256:…`; `nil` where there is none.
    public var digest: String?

    /// Takes an image's name apart.
    public init(_ text: String) {
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        }
        // A colon before the last slash belongs to the registry's port.
        let slash = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[slash...].lastIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        repository = String(rest)
    }

    /// What the version is called: the tag, else the digest, else what Kubernetes assumes.
    public var version: String { tag ?? digest ?? "latest" }

    /// The same image in another version.
    public func with(version: String) -> ImageReference {
        var image = self
        (image.tag, image.digest) = version.contains(":") ? (nil, version) : (version, nil)
        return image
    }

    /// The reference as a manifest has it.
    public var description: String { repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}
