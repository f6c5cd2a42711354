import Foundation

/// A cron expression of five fields, in UTC: `*`, lists, ranges, steps, and `@hourly` and its like.
struct CronSchedule: Sendable {
    private static let shortcuts = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    private var minutes: Set<Int>
    private var hours: Set<Int>
    private var days: Set<Int>
    private var months: Set<Int>
    private var weekdays: Set<Int>
    /// With both days limited, either is enough.
    private var isEitherDay: Bool

    /// `nil` when the text is no schedule.
    init?(_ text: String) {
        let fields = (Self.shortcuts[text] ?? text).split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count == 5,
            let minutes = Self.values(fields[0], 0...59), let hours = Self.values(fields[1], 0...23),
            let days = Self.values(fields[2], 1...31), let months = Self.values(fields[3], 1...12),
            let weekdays = Self.values(fields[4], 0...7)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        isEitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    }

    /// The first point in time after a date; `nil` when there is none within four years.
    func next(after date: Date) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        var minute = (Int(date.timeIntervalSince1970) / 60 + 1) * 60
        let end = minute + 4 * 366 * 86_400
        while minute < end {
            let parts = calendar.dateComponents(
                [.month, .day, .hour, .minute, .weekday], from: Date(timeIntervalSince1970: TimeInterval(minute)))
            guard matchesDay(parts) else {
                minute = (minute / 86_400 + 1) * 86_400
                continue
            }
            guard hours.contains(parts.hour ?? -1) else {
                minute = (minute / 3600 + 1) * 3600
                continue
            }
            if minutes.contains(parts.minute ?? -1) { return Date(timeIntervalSince1970: TimeInterval(minute)) }
            minute += 60
        }
        return nil
    }

    /// The newest point in time in a span; older ones that were missed are skipped.
    func last(after start: Date, notAfter end: Date) -> Date? {
        var found: Date?
        // What was missed for more than a day is not looked through minute by minute.
        var time = max(start, end.addingTimeInterval(-86_400))
        while let next = next(after: time), next <= end {
            found = next
            time = next
        }
        return found
    }

    private func matchesDay(_ parts: DateComponents) -> Bool {
        guard let month = parts.month, let day = parts.day, let weekday = parts.weekday, months.contains(month) else {
            return false
        }
        let fitsDay = days.contains(day)
        let fitsWeekday = weekdays.contains(weekday - 1)
        return isEitherDay ? fitsDay || fitsWeekday : fitsDay && fitsWeekday
    }

    private static func values(_ field: Substring, _ range: ClosedRange<Int>) -> Set<Int>? {
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = pieces.first, pieces.count <= 2 else { return nil }
            let step = pieces.count == 2 ? Int(pieces[1]) : 1
            guard let step, step > 0 else { return nil }
            let bounds: ClosedRange<Int>
            if first == "*" || first == "?" {
                bounds = range
            } else {
                let ends = first.split(separator: "-").map { Int($0) }
                guard let low = ends.first ?? nil, ends.count <= 2, let high = ends.last ?? nil, low <= high,
                    range.contains(low), range.contains(high)
                else { return nil }
                bounds = low...(pieces.count == 2 && ends.count == 1 ? range.upperBound : high)
            }
            values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
        }
        return values
    }
}
