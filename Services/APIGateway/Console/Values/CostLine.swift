import Foundation
import PreviewDomain

/// A cost as a page shows it.
struct CostLine: Sendable, Hashable {
    /// Per hour, such as `0.0090 USD/h`.
    let hourly: String
    /// Over the time to live, such as `0.22 USD`.
    let total: String

    init(_ cost: CostEstimate) {
        hourly = "\(cost.hourly) \(cost.currency)/h"
        total = "\(Self.rounded(cost.total)) \(cost.currency)"
    }

    /// An amount with two places, as people read it; one that would be nothing then stays as it is.
    private static func rounded(_ amount: String) -> String {
        guard var exact = Decimal(string: amount), exact != 0 else { return amount }
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 2, .plain)
        guard rounded != 0 else { return amount }
        let cents = "\(rounded * 100)"
        let padded = String(repeating: "0", count: max(0, 3 - cents.count)) + cents
        return "\(padded.dropLast(2)).\(padded.suffix(2))"
    }
}
