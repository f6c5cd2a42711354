import Foundation

/// Reads a `Retry-After` header: whole seconds, or a date (RFC 9110).
enum RetryAfter {
    /// More than this is not believed: times that far away cannot be waited for, and no clock could hold the longest.
    static let longest = 86_400

    /// How many seconds from `now`; `nil` where the header makes no sense.
    static func seconds(_ text: String, now: Date) -> Int? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let seconds = Int(text) { return seconds >= 0 ? min(seconds, longest) : nil }
        guard let date = date(text) else { return nil }
        return min(longest, max(0, Int(date.timeIntervalSince(now).rounded(.up))))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send.
    private static func date(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]), year > 1970,
            year < 10_000, let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Timestamp.parse("\(year)-\(two(month + 1))-\(two(day))T\(parts[4])Z")
    }
}
