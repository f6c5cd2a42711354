import PreviewDomain

/// The versions known of an image, to choose one of them for a field.
struct VersionChoices: Sendable {
    /// The id of the list of suggestions.
    let id: String
    let all: [Choice]
    /// How many there are, in words; nothing where there is none.
    let summary: String?

    struct Choice: Sendable {
        let version: String
        /// Where it was seen, in words.
        let seen: String
        let last: Moment
        /// The id of the field that takes it.
        let input: String
    }

    /// - Parameter input: the id of the field that takes one of them.
    init(_ versions: [ImageVersion], id: String, into input: String) {
        self.id = id
        all = versions.map {
            Choice(version: $0.version, seen: Self.text(of: $0.places), last: Moment($0.lastSeen), input: input)
        }
        summary =
            switch versions.count {
            case 0: nil
            case 1: "1 known version"
            default: "\(versions.count) known versions"
            }
    }

    private static func text(of places: [ImageVersion.Place]) -> String {
        let more = places.count > 3 ? " and \(places.count - 3) more" : ""
        return places.prefix(3).map(\.text).joined(separator: ", ") + more
    }
}
