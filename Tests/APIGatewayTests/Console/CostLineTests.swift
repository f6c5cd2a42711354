import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct CostLineTests {
    @Test(arguments: [
        ("100m", "128Mi", "24", "0.11 USD", "0.0046 USD/h", "0.111 USD in all, 0.004625 USD per hour"),
        ("2", "4Gi", "168", "16.80 USD", "0.10 USD/h", "16.80 USD in all, 0.10 USD per hour"),
        ("1", "1Gi", "1", "0.05 USD", "0.045 USD/h", "0.045 USD in all, 0.045 USD per hour"),
        ("250", "0", "1", "10.00 USD", "10.00 USD/h", "10.00 USD in all, 10.00 USD per hour"),
        (
            "1m", "0", "1", "less than 0.01 USD", "less than 0.0001 USD/h",
            "0.00004 USD in all, 0.00004 USD per hour"
        ),
        (
            "100m", "128Mi", "0.004", "less than 0.01 USD", "0.0046 USD/h",
            "0.000018 USD in all, 0.004625 USD per hour"
        ),
        ("1", "0", "0.249", "less than 0.01 USD", "0.04 USD/h", "0.00996 USD in all, 0.04 USD per hour"),
        ("1", "0", "0.25", "0.01 USD", "0.04 USD/h", "0.01 USD in all, 0.04 USD per hour"),
        ("0", "0", "24", "0.00 USD", "0.00 USD/h", "0.00 USD in all, 0.00 USD per hour"),
    ])
    func `amounts are what can be paid, and the exact ones are told beside them`(
        cpu: String, memory: String, hours: String, total: String, hourly: String, exact: String
    ) throws {
        let resources = ResourceTotal(cpu: try #require(Quantity(cpu)), memory: try #require(Quantity(memory)))
        let hours = try #require(Decimal(string: hours))
        let line = CostLine(CostEstimate(of: resources, hours: hours, prices: PriceList()))
        #expect(line.total == total)
        #expect(line.hourly == hourly)
        #expect(line.exact == exact)
    }
}
