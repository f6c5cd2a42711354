import Foundation

/// RFC 3339 times by plain arithmetic, for they are in every message, and Foundation's styles cost more than the rest of it.
enum RFC3339 {
    /// Writes a time in UTC, rounded to milliseconds. `nil` outside of the years 0 to 9999.
    static func format(_ date: Date) -> String? {
        let exact = (date.timeIntervalSince1970 * 1000).rounded()
        guard exact >= -62_167_219_200_000, exact < 253_402_300_800_000 else { return nil }
        let milliseconds = Int(exact)
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let ofDay = milliseconds - days * 86_400_000
        let (year, month, day) = civil(days)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var index = 0
            func write(_ value: Int, _ digits: Int, _ end: UInt8?) {
                var value = value
                for position in stride(from: digits - 1, through: 0, by: -1) {
                    buffer[index + position] = UInt8(48 + value % 10)
                    value /= 10
                }
                index += digits
                guard let end else { return }
                buffer[index] = end
                index += 1
            }
            write(year, 4, UInt8(ascii: "-"))
            write(month, 2, UInt8(ascii: "-"))
            write(day, 2, UInt8(ascii: "T"))
            write(ofDay / 3_600_000, 2, UInt8(ascii: ":"))
            write(ofDay / 60_000 % 60, 2, UInt8(ascii: ":"))
            write(ofDay / 1000 % 60, 2, UInt8(ascii: "."))
            write(ofDay % 1000, 3, UInt8(ascii: "Z"))
            return index
        }
    }

    /// Reads a time, `nil` where the text is none. A leap second is the second after it.
    static func parse(_ text: String) -> Date? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = Reader(bytes: bytes)
            guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
                let day = reader.number(2), reader.skip("T") || reader.skip("t"), let hour = reader.number(2),
                reader.skip(":"),
                let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
                (1...12).contains(month), (1...length(month, year)).contains(day), hour < 24, minute < 60, second <= 60
            else { return nil }
            let fraction = reader.fraction()
            guard let fraction, let offset = reader.zone(), reader.isAtEnd else { return nil }
            let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
            return Date(timeIntervalSince1970: Double(seconds) + fraction)
        }
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func number(_ digits: Int) -> Int? {
            guard index + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[index..<(index + digits)] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            index += digits
            return value
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard !isAtEnd, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        /// A point and digits, of which nine count, or nothing.
        mutating func fraction() -> Double? {
            guard skip(".") else { return 0 }
            var value = 0
            var scale = 1
            while scale < 1_000_000_000, let digit = number(1) {
                value = value * 10 + digit
                scale *= 10
            }
            while scale == 1_000_000_000, number(1) != nil {}
            return scale == 1 ? nil : Double(value) / Double(scale)
        }

        /// `Z` or an offset, in seconds east of UTC.
        mutating func zone() -> Int? {
            if skip("Z") || skip("z") { return 0 }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
                return nil
            }
            return sign * (hours * 3600 + minutes * 60)
        }
    }

    private static func length(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // The Gregorian calendar in eras of 400 years that begin in March, after Howard Hinnant's `chrono` algorithms.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
