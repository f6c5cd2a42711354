import Foundation
import PreviewDomain

extension AuditList {
    /// Which entries are wanted.
    struct Query: Sendable {
        /// Part of an actor, a target or a detail.
        var text: String?
        /// Any of them; everybody where it is empty.
        var actors: [String] = []
        /// Any of them, each an action such as `preview.approve`, or the first part of some, such as `preview`.
        var actions: [String] = []
        var from: Date?
        /// Before which instant.
        var to: Date?
        var limit = 50
        /// Before which entry.
        var before: Int64?
        /// After which entry; the ones next to it.
        var after: Int64?

        init() {}

        /// Reads the fields of a query.
        ///
        /// - Throws: ``Problem`` that names every field which is wrong.
        init(_ fields: Form) throws(Problem) {
            var reader = QueryReader(fields)
            text = reader.text("q")
            actors = reader.texts("actor")
            actions = reader.words("action")
            // Nothing found of what does not exist would look as if nothing had been done.
            if let unknown = actions.first(where: { !AuditAction.isKnown($0) }) {
                let known = AuditAction.all.map(\.name).joined(separator: ", ")
                reader.report("action", .invalid, "There is no action \(unknown.prefix(60)); known: \(known).")
            }
            let zone = reader.value("zone", "A time zone is written as Europe/Berlin; UTC where it is missing.") {
                TimeZone(identifier: $0)
            }
            let rule = "A time is written as 2026-11-21T08:00:00Z, or as a whole day: 2026-11-21."
            from = reader.value("from", rule) { Self.instant($0, in: zone ?? .gmt, isEnd: false) }
            to = reader.value("to", rule) { Self.instant($0, in: zone ?? .gmt, isEnd: true) }
            limit = reader.integer("limit", in: 1...200) ?? limit
            before = reader.cursor { Int64($0) }
            after = reader.cursor("after", from: "previousCursor") { Int64($0) }
            try reader.check()
        }

        /// What a text says: an instant, or the beginning of a day in a time zone, or that of the next one.
        private static func instant(_ text: String, in zone: TimeZone, isEnd: Bool) -> Date? {
            // Nobody who types a time east of Greenwich into an address writes its plus sign as %2B.
            if let instant = JSONCoding.parseTime(text.replacing(" ", with: "+")) { return instant }
            guard let midnight = JSONCoding.parseTime("\(text)T00:00:00Z") else { return nil }
            var calendar = Calendar(identifier: .iso8601)
            calendar.timeZone = .gmt
            let day = calendar.dateComponents([.year, .month, .day], from: midnight)
            calendar.timeZone = zone
            guard let start = calendar.date(from: day) else { return nil }
            // Days of a clock that is changed at midnight do not begin at the same hour.
            return isEnd ? calendar.date(byAdding: .day, value: 1, to: start).map(calendar.startOfDay) : start
        }
    }
}
