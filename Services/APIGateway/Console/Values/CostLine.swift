import Foundation
import PreviewDomain

/// A cost as a page shows it.
struct CostLine: Sendable, Hashable {
    /// Per hour, such as `0.009 USD/h`.
    let hourly: String
    /// Over the time to live, such as `0.22 USD`.
    let total: String
    /// Both amounts to the last digit.
    let exact: String

    init(_ cost: CostEstimate) {
        hourly = "\(Self.rounded(cost.hourly, places: 4)) \(cost.currency)/h"
        total = "\(Self.rounded(cost.total, places: 2)) \(cost.currency)"
        exact = "\(cost.total) \(cost.currency) in all, \(cost.hourly) \(cost.currency) per hour"
    }

    /// An amount with two places and at most so many, as people read it.
    private static func rounded(_ amount: String, places: Int) -> String {
        guard var exact = Decimal(string: amount), exact != 0 else { return amount }
        let least = Decimal(sign: .plus, exponent: -places, significand: 1)
        if exact < least { return "less than \(least)" }
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, places, .plain)
        let pieces = "\(rounded)".split(separator: ".")
        let fraction = pieces.count == 2 ? String(pieces[1]) : ""
        return "\(pieces[0]).\(fraction)\(String(repeating: "0", count: max(0, 2 - fraction.count)))"
    }
}
