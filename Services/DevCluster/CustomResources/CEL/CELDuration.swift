import Foundation

/// Go's notation of durations: `1h30m`, `-1.5s`.
enum CELDuration {
    private static let units: [(suffix: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]

    /// `nil` for what is no duration.
    static func seconds(_ text: String) -> Double? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let amount = Double(digits.hasPrefix(".") ? "0\(digits)" : String(digits)) else { return nil }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard let unit = units.first(where: { $0.suffix == name }) else { return nil }
            total += amount * unit.seconds
            rest = rest[name.endIndex...]
        }
        return isNegative ? -total : total
    }

    /// As CEL turns one into a string.
    static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? "\(Int64(seconds))s" : "\(seconds)s"
    }
}
