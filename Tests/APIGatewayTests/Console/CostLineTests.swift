import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct CostLineTests {
    @Test(arguments: [
        ("100m", "128Mi", 24, "0.11 USD"), ("2", "4Gi", 168, "16.80 USD"), ("1", "1Gi", 1, "0.05 USD"),
        ("1m", "0", 1, "0.00004 USD"), ("0", "0", 24, "0.00 USD"),
    ])
    func `totals are rounded to what can be paid, unless that is nothing`(
        cpu: String, memory: String, hours: Int, total: String
    ) throws {
        let resources = ResourceTotal(cpu: try #require(Quantity(cpu)), memory: try #require(Quantity(memory)))
        #expect(CostLine(CostEstimate(of: resources, hours: .init(hours), prices: PriceList())).total == total)
    }
}
