import PreviewDomain

/// A cost as a page shows it.
struct CostLine: Sendable, Hashable {
    /// Per hour, such as `0.0090 USD/h`.
    let hourly: String
    /// Over the time to live, such as `0.22 USD`.
    let total: String

    init(_ cost: CostEstimate) {
        hourly = "\(cost.hourly) \(cost.currency)/h"
        total = "\(cost.total) \(cost.currency)"
    }
}
