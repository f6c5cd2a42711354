import Foundation
import GRDB
import PreviewDomain

/// The order of a list of previews.
enum PreviewSort: String, Sendable, CaseIterable {
    /// The newest first.
    case newest
    /// The next to expire first; those that have ended come last, newest first.
    case expires
    /// By name, whatever the case of its letters.
    case name
    /// What needs someone first, failed before ended; the newest first among those of one status.
    case status

    /// The SQL of the value that decides; the id decides among equals.
    var key: String {
        switch self {
        case .newest: "created_at"
        case .expires: "CASE WHEN is_active <> 0 THEN expires_at ELSE 100000000000 - created_at END"
        case .name: "name_key"
        case .status: "(\(Self.rank)) * 100000000000 - created_at"
        }
    }

    var isDescending: Bool { self == .newest }

    /// The place of each status in the order by status.
    private static let rank: String = {
        let order: [PreviewStatus] = [
            .failed, .ready, .deploying, .pending, .approved, .completed, .rejected, .expired, .tornDown,
        ]
        let cases = order.enumerated().map { "WHEN '\($0.element.rawValue)' THEN \($0.offset)" }
        return "CASE status \(cases.joined(separator: " ")) ELSE \(order.count) END"
    }()
}

extension PreviewList {
    /// A place in the list, before or after which a page begins.
    struct Position: Sendable, Hashable {
        /// The deciding value of the preview at that place.
        enum Key: Sendable, Hashable {
            case number(Double)
            case text(String)
        }

        let sort: PreviewSort
        let key: Key
        let id: String
        /// Whether the page ends before that place, instead of beginning after it.
        var isBackward = false

        init(sort: PreviewSort, key: Key, id: String, isBackward: Bool = false) {
            self.sort = sort
            self.key = key
            self.id = id
            self.isBackward = isBackward
        }

        /// Reads what ``cursor`` wrote.
        init?(cursor: String) {
            guard let data = Data(base64URL: cursor), let text = String(bytes: data, encoding: .utf8) else {
                return nil
            }
            let pieces = text.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            guard pieces.count == 4, let sort = PreviewSort(rawValue: pieces[0]),
                ["next", "previous"].contains(pieces[1])
            else { return nil }
            (self.sort, id, isBackward) = (sort, pieces[2], pieces[1] == "previous")
            if sort == .name {
                key = .text(pieces[3])
            } else {
                guard let bits = UInt64(pieces[3], radix: 16), !Double(bitPattern: bits).isNaN else { return nil }
                key = .number(Double(bitPattern: bits))
            }
        }

        /// The place as text that clients hand back unchanged.
        var cursor: String {
            let value =
                switch key {
                case .number(let number): String(number.bitPattern, radix: 16)
                case .text(let text): text
                }
            return Data("\(sort.rawValue)|\(isBackward ? "previous" : "next")|\(id)|\(value)".utf8).base64URL
        }

        /// The key as an argument of a statement.
        var value: any DatabaseValueConvertible {
            switch key {
            case .number(let number): number
            case .text(let text): text
            }
        }
    }
}
