import Foundation

/// A text of Kubernetes, a container runtime or a registry, for what they have no code for. The one place that reads such
/// texts; a rule that recognizes none quotes them instead.
struct ClusterWords: Sendable, Equatable {
    private let text: String
    private let folded: String

    /// The text of a message, an Event or several of them.
    init(_ texts: String?...) {
        text = texts.compactMap { $0 }.joined(separator: " ")
        folded = text.lowercased()
    }

    var isEmpty: Bool { text.isEmpty }

    /// Whether the text says so, in whatever wording is known of it.
    func say(_ phrase: Phrase) -> Bool {
        phrase.wordings.contains { wording in
            var rest = folded[...]
            for part in wording {
                guard let range = rest.range(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }

    /// What stands between two texts.
    func name(after start: String, upTo end: String) -> String? {
        guard let from = text.range(of: start)?.upperBound,
            let to = text.range(of: end, range: from..<text.endIndex)?.lowerBound, from < to
        else { return nil }
        return String(text[from..<to])
    }

    /// What follows a text, up to the end of the word.
    func word(after start: String) -> String? {
        guard let from = text.range(of: start)?.upperBound else { return nil }
        let word = text[from...].prefix { !$0.isWhitespace && !",;\")]".contains($0) }
        return word.isEmpty ? nil : String(word)
    }

    /// The text to be quoted in a sentence: on one line, without what changes at each attempt, not too long.
    var quoted: String {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        // `rpc error: code = Unknown desc = …` says nothing to people.
        while let code = words.firstIndex(of: "code"), code >= 2, words[code - 2] == "rpc",
            words.dropFirst(code).prefix(5).last == "="
        {
            words.removeSubrange(code - 2..<code + 5)
        }
        let short = words.map(Self.withoutIdentifiers).joined(separator: " ").prefix(500)
        guard !short.isEmpty else { return "the cluster does not say why" }
        return String(short.reversed().drop { $0 == "." || $0 == " " }.reversed())
    }

    /// Ids of sandboxes and containers are new each time, and a message that changes would be reported anew each time.
    private static func withoutIdentifiers(_ word: String) -> String {
        var result = ""
        var run = ""
        func flushed() -> String { run.count >= 32 ? "…" : run }
        for character in word {
            if character.isHexDigit {
                run.append(character)
            } else {
                result += flushed()
                run = ""
                result.append(character)
            }
        }
        return result + flushed()
    }
}
