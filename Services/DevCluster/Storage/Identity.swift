import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Fresh identifiers and time stamps in the forms Kubernetes uses.
enum Identity {
    /// A random (version 4) UUID in lower case.
    static func uid() -> String {
        var random = SystemRandomNumberGenerator()
        var bytes = withUnsafeBytes(of: (random.next(), random.next())) { Array($0) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What follows `generateName`: letters and digits that spell no words.
    static func nameSuffix(length: Int = 5) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}

/// Moments in RFC 3339 with whole seconds, or with microseconds for `MicroTime`.
enum Moment {
    /// Seconds since 1970, with fractions.
    static func secondsSinceEpoch() -> Double {
        Date().timeIntervalSince1970
    }

    static func now() -> String { text(Int(secondsSinceEpoch())) }

    static func nowWithMicroseconds() -> String {
        let now = secondsSinceEpoch()
        let whole = now.rounded(.down)
        let micros = Int((now - whole) * 1e6)
        let digits = String(micros)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return text(Int(whole)).dropLast() + "." + fraction + "Z"
    }

    static func text(_ seconds: Int) -> String {
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }

    /// Seconds since 1970 of an RFC 3339 time; `nil` when it is none.
    static func seconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T") else { return nil }
        func number(_ from: Int, _ count: Int) -> Int? {
            Int(String(decoding: bytes[from..<(from + count)], as: UTF8.self))
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2)
        else { return nil }
        var parts = tm()
        parts.tm_year = Int32(year - 1900)
        parts.tm_mon = Int32(month - 1)
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(hour)
        parts.tm_min = Int32(minute)
        parts.tm_sec = Int32(second)
        var seconds = Double(timegm(&parts))
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
            seconds += Double("0." + String(decoding: digits, as: UTF8.self)) ?? 0
            rest = rest.dropFirst(digits.count + 1)
        }
        if rest.first == UInt8(ascii: "Z") { return seconds }
        guard rest.count == 6, let sign = rest.first, let offsetHours = number(rest.startIndex + 1, 2),
            let offsetMinutes = number(rest.startIndex + 4, 2)
        else { return nil }
        let offset = Double(offsetHours * 3600 + offsetMinutes * 60)
        return sign == UInt8(ascii: "-") ? seconds + offset : seconds - offset
    }
}
