/// A duration as Go writes it, such as `4h`, `2h30m` or `1.5h`: numbers with units, added up; no sign.
struct GoDuration: Sendable, Hashable {
    var nanoseconds: Int64

    /// In seconds, rounded up: what is asked for is not cut short.
    var seconds: Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }

    /// Reads a duration; `nil` where it is none, or longer than 64 bits of nanoseconds can say.
    init?(_ text: String) {
        var rest = Substring(text)
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            guard let term = Self.term(&rest) else { return nil }
            let (sum, isOver) = total.addingReportingOverflow(term)
            guard !isOver else { return nil }
            total = sum
        }
        nanoseconds = total
    }

    private static let units: [String: Int64] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    ]

    /// Takes a number and its unit from the beginning, in nanoseconds.
    private static func term(_ rest: inout Substring) -> Int64? {
        let whole = digits(&rest)
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let unit = rest.prefix { $0 != "." && !isDigit($0) }
        rest.removeFirst(unit.count)
        guard let size = units[String(unit)], let count = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        let (product, isOver) = count.multipliedReportingOverflow(by: size)
        guard !isOver else { return nil }
        // Digits beyond a nanosecond say nothing.
        let part = (Double("0.\(fraction.isEmpty ? "0" : fraction)") ?? 0) * Double(size)
        let (sum, isSumOver) = product.addingReportingOverflow(Int64(part))
        return isSumOver ? nil : sum
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let found = rest.prefix(while: isDigit)
        rest.removeFirst(found.count)
        return found
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
