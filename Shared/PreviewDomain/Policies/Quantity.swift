/// An amount of a resource, written as Kubernetes writes it (`500m`, `1.5`, `128Mi`, `1e3`), kept exactly.
public struct Quantity: Sendable, Hashable, Comparable {
    /// The amount in billionths: of a core, or of a byte.
    public let nanos: Int128

    /// Creates an amount from billionths.
    public init(nanos: Int128) { self.nanos = nanos }

    /// Nothing.
    public static let zero = Quantity(nanos: 0)

    /// The most that Kubernetes keeps: 2^63 - 1 units.
    static let greatest = Quantity(nanos: Int128(Int64.max) * 1_000_000_000)

    /// Reads an amount, or returns `nil` where the text is none, is negative, is finer than a billionth, or is more than
    /// Kubernetes keeps.
    public init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let scale = Self.scale(ofSuffix: String(text.dropFirst(number.count))) else { return nil }
        let pieces = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(pieces.count), number.contains(where: \.isNumber), number.utf8.count <= 30 else {
            return nil
        }
        let fraction = pieces.count == 2 ? pieces[1] : ""
        guard let digits = Int128(pieces[0] + fraction) else { return nil }
        let (scaled, overflow) = digits.multipliedReportingOverflow(by: scale)
        guard !overflow, fraction.utf8.count <= 27 else { return nil }
        let divisor = Self.powerOfTen(fraction.utf8.count)
        guard scaled % divisor == 0 else { return nil }
        nanos = scaled / divisor
        guard self <= .greatest else { return nil }
    }

    /// Whether an amount is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.nanos < right.nanos }
    /// The sum; beyond every cluster's resources it stays what it is.
    public static func + (left: Self, right: Self) -> Self {
        let (sum, overflow) = left.nanos.addingReportingOverflow(right.nanos)
        return Quantity(saturating: sum, overflow, isNegative: left.nanos < 0)
    }
    /// The amount of `count` like it, which anyone may have asked for; saturates like a sum.
    public static func * (amount: Self, count: Int) -> Self {
        let (product, overflow) = amount.nanos.multipliedReportingOverflow(by: Int128(count))
        return Quantity(saturating: product, overflow, isNegative: (amount.nanos < 0) != (count < 0))
    }

    /// Far from where texts and prices of it would overflow.
    private static let ceiling = Int128(1) << 120

    private init(saturating nanos: Int128, _ overflow: Bool, isNegative: Bool) {
        let bound = isNegative ? -Self.ceiling : Self.ceiling
        self.nanos = overflow ? bound : min(max(nanos, -Self.ceiling), Self.ceiling)
    }

    /// Whether it is a whole number of thousandths, the finest amount of CPU that Kubernetes grants.
    public var isWholeMillis: Bool { nanos % 1_000_000 == 0 }
    /// Whether it is a whole number of units, such as bytes.
    public var isWhole: Bool { nanos % 1_000_000_000 == 0 }

    /// The amount as CPU: `2` or `1500m`.
    public var cpuText: String {
        isWhole ? "\(nanos / 1_000_000_000)" : "\((nanos + 999_999) / 1_000_000)m"
    }

    /// The amount as memory, in the largest binary unit that keeps it whole: `4Gi`, `1536Mi`.
    public var memoryText: String {
        let bytes = (nanos + 999_999_999) / 1_000_000_000
        for (unit, power) in [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)] {
            let size = Int128(1) << power
            if bytes >= size, bytes % size == 0 { return "\(bytes / size)\(unit)" }
        }
        return "\(bytes)"
    }

    /// Billionths in one of the unit that the suffix names.
    private static func scale(ofSuffix suffix: String) -> Int128? {
        let one = powerOfTen(9)
        let decimal = ["n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
        let binary = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
        if let power = decimal[suffix] { return powerOfTen(9 + power) }
        if let power = binary[suffix] { return one << power }
        guard let mark = suffix.first, mark == "e" || mark == "E" else { return nil }
        let digits = suffix.dropFirst()
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "+") }
        guard isPlain, let power = Int(digits), (-9...18).contains(power) else { return nil }
        return powerOfTen(9 + power)
    }

    private static func powerOfTen(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
    }
}
