import PreviewDomain

/// How the version of a preview's services is made of a pull request, such as `pr-{prNumber}-{shortSHA}`.
struct VersionTemplate: Sendable, Equatable {
    /// What may stand in braces.
    enum Placeholder: String, CaseIterable, Sendable {
        case headSHA, shortSHA, prNumber, headBranch
    }

    private enum Piece: Sendable, Equatable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// The longest tag that a registry takes.
    static let longestTag = 128

    private let pieces: [Piece]

    /// The whole commit.
    static let headSHA = VersionTemplate(pieces: [.placeholder(.headSHA)])

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Reads a template; `nil` where braces are open, or hold what is no placeholder.
    init?(_ text: String) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(where: { "{}".contains($0) }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}"),
                let placeholder = Placeholder(rawValue: String(rest[rest.index(after: open)..<close]))
            else { return nil }
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            pieces.append(.placeholder(placeholder))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        guard !pieces.isEmpty else { return nil }
        self.pieces = pieces
    }

    /// The version that a pull request shows, fit for an image's tag.
    func version(of pullRequest: PullRequest) -> String {
        Self.tag(
            pieces.map { piece in
                switch piece {
                case .text(let text): text
                case .placeholder(.headSHA): pullRequest.headSHA
                case .placeholder(.shortSHA): String(pullRequest.headSHA.prefix(7))
                case .placeholder(.prNumber): String(pullRequest.number)
                case .placeholder(.headBranch): pullRequest.headBranch ?? ""
                }
            }.joined())
    }

    /// The text with all that a tag can't hold replaced by hyphens; where it is too long, with a hash in place of its end.
    private static func tag(_ text: String) -> String {
        var bytes = text.utf8.map { isAllowed($0) ? $0 : UInt8(ascii: "-") }
        while let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: ".") { bytes.removeFirst() }
        return DNSLabel.shortened(String(decoding: bytes, as: UTF8.self), limit: longestTag)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
