public import Foundation

/// RFC 3339 times as the Kubernetes API writes them.
public enum Timestamp {
    /// The time in UTC, cut to whole seconds, such as `2026-01-31T08:15:00Z`.
    public static func format(_ date: Date) -> String {
        format(date, fractionDigits: 0)
    }

    /// The time in UTC with exactly six fraction digits, which leases and events insist on.
    public static func formatMicroseconds(_ date: Date) -> String {
        format(date, fractionDigits: 6)
    }

    /// The time that an RFC 3339 text names, or `nil` where it is none.
    public static func parse(_ text: String) -> Date? {
        var reader = Reader(text: Substring(text))
        guard let year = reader.number(4), reader.skip("-"),
            let month = reader.number(2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(2), (1...31).contains(day), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(2), hour < 24, reader.skip(":"),
            let minute = reader.number(2), minute < 60, reader.skip(":"),
            let second = reader.number(2), second <= 60
        else { return nil }
        var fraction = 0.0
        if reader.skip(".") {
            guard let parsed = reader.fraction() else { return nil }
            fraction = parsed
        }
        guard let offset = reader.offset(), reader.text.isEmpty else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func format(_ date: Date, fractionDigits: Int) -> String {
        let interval = date.timeIntervalSince1970
        let scale = fractionDigits == 0 ? 1.0 : 1_000_000.0
        let units = Int((interval * scale).rounded(.down))
        let perSecond = Int(scale)
        let seconds = floorDivide(units, perSecond)
        let days = floorDivide(seconds, 86400)
        let (year, month, day) = civil(daysSince1970: days)
        let rest = seconds - days * 86400
        var text = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T"
        text += "\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))"
        if fractionDigits > 0 { text += ".\(pad(units - seconds * perSecond, fractionDigits))" }
        return text + "Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
        dividend >= 0 ? dividend / divisor : -((-dividend + divisor - 1) / divisor)
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, counting years from March.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Timestamp {
    private struct Reader {
        var text: Substring

        mutating func number(_ digits: Int) -> Int? {
            let head = text.prefix(digits)
            guard head.utf8.count == digits, head.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            text = text.dropFirst(digits)
            return Int(head)
        }

        mutating func skip(_ character: Character) -> Bool {
            guard text.first == character else { return false }
            text = text.dropFirst()
            return true
        }

        mutating func fraction() -> Double? {
            let digits = text.prefix { ("0"..."9").contains($0) }
            text = text.dropFirst(digits.count)
            return digits.isEmpty ? nil : Double("0.\(digits)")
        }

        /// The offset from UTC in seconds.
        mutating func offset() -> Int? {
            if skip("Z") || skip("z") { return 0 }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2), hours < 24, skip(":"), let minutes = number(2), minutes < 60 else {
                return nil
            }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
