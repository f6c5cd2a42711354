import Foundation

/// An instant as a page shows it: exact in UTC for everybody, and by the script in the browser's own zone.
struct Moment: Sendable, Hashable {
    /// RFC 3339, for the `datetime` attribute.
    let machine: String
    /// For people: `2026-11-21 07:20:15 UTC`.
    let exact: String

    init(_ date: Date) {
        machine = date.formatted(.iso8601)
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(
            includingFractionalSeconds: false)
        exact = "\(date.formatted(style)) UTC"
    }
}
