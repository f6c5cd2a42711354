import Foundation
import PreviewDomain

/// An instant as a page shows it: exact in UTC for everybody, and by the script in the browser's own zone.
struct Moment: Sendable, Hashable {
    /// RFC 3339, for the `datetime` attribute.
    let machine: String
    /// For people: `2026-11-21 07:20:15 UTC`.
    let exact: String

    init(_ date: Date) {
        // Pages have hundreds of them, and Foundation's styles would take a good part of the time.
        let text = JSONCoding.format(date)
        let (day, time) = (text.prefix(10), text.dropFirst(11).prefix(8))
        machine = "\(day)T\(time)Z"
        exact = "\(day) \(time) UTC"
    }
}
