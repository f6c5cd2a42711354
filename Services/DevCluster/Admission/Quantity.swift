import KubernetesClient

/// An amount such as `100m`, `64Mi` or `2`, kept in thousandths.
struct Quantity: Sendable, Comparable, CustomStringConvertible {
    /// How the amount is written again.
    enum Notation: Sendable {
        case decimal, binary
    }

    var milli: Int64
    var notation = Notation.decimal

    static let zero = Quantity(milli: 0)

    init(milli: Int64, notation: Notation = .decimal) {
        self.milli = milli
        self.notation = notation
    }

    init(_ count: Int) { milli = Int64(count) * 1000 }

    /// Reads Kubernetes' notation; `nil` when it is none.
    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
        guard !digits.isEmpty, digits.contains(where: \.isNumber) else { return nil }
        let suffix = String(text[digits.endIndex...])
        let factor: Double
        switch suffix {
        case "n": factor = 1e-6
        case "u": factor = 1e-3
        case "m": factor = 1
        case "": factor = 1e3
        case "k": factor = 1e6
        case "M": factor = 1e9
        case "G": factor = 1e12
        case "T": factor = 1e15
        case "P": factor = 1e18
        case "Ki": factor = 1024 * 1e3
        case "Mi": factor = 1_048_576 * 1e3
        case "Gi": factor = 1_073_741_824 * 1e3
        case "Ti": factor = 1_099_511_627_776 * 1e3
        case "Pi": factor = 1_125_899_906_842_624 * 1e3
        default:
            guard suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()), abs(exponent) < 18
            else { return nil }
            var power = 1e3
            for _ in 0..<abs(exponent) { power = exponent > 0 ? power * 10 : power / 10 }
            factor = power
        }
        if suffix.hasSuffix("i") { notation = .binary }
        guard let number = Double(digits) else { return nil }
        let value = (number * factor).rounded(.up)
        guard value.magnitude < 9e18 else { return nil }
        milli = Int64(value)
    }

    init?(_ value: JSONValue?) {
        switch value {
        case .string(let text): self.init(text)
        case .int(let number):
            guard number.magnitude < 9_000_000_000_000_000 else { return nil }
            self.init(milli: number * 1000)
        case .double(let number): self.init(String(number))
        default: return nil
        }
    }

    static func < (left: Quantity, right: Quantity) -> Bool { left.milli < right.milli }
    static func == (left: Quantity, right: Quantity) -> Bool { left.milli == right.milli }

    static func + (left: Quantity, right: Quantity) -> Quantity {
        let (sum, overflow) = left.milli.addingReportingOverflow(right.milli)
        return Quantity(
            milli: overflow ? .max : sum, notation: left.milli == 0 ? right.notation : left.notation)
    }

    static func - (left: Quantity, right: Quantity) -> Quantity {
        Quantity(milli: left.milli - right.milli, notation: left.notation)
    }

    /// In Kubernetes' shortest form.
    var description: String {
        guard milli % 1000 == 0 else { return "\(milli)m" }
        var number = milli / 1000
        if number == 0 { return "0" }
        let (base, units): (Int64, [String]) =
            notation == .binary ? (1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]) : (1000, ["", "k", "M", "G", "T", "P"])
        var unit = 0
        while number % base == 0, unit < units.count - 1 {
            number /= base
            unit += 1
        }
        return "\(number)\(units[unit])"
    }
}
