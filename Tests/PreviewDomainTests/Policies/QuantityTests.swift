import Foundation
import PreviewDomain
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000_000), ("100m", 100_000_000), ("0.1", 100_000_000), (".5", 500_000_000),
        ("5.", 5_000_000_000), ("1500m", 1_500_000_000), ("250u", 250_000), ("7n", 7),
        ("1k", 1_000_000_000_000), ("128Mi", 134_217_728_000_000_000), ("1.5Gi", 1_610_612_736_000_000_000),
        ("1Ki", 1_024_000_000_000), ("2M", 2_000_000_000_000_000), ("1e3", 1_000_000_000_000),
        ("1E3", 1_000_000_000_000), ("12e-3", 12_000_000), ("0.000000001", 1),
    ])
    func `a quantity is read exactly as Kubernetes reads it`(text: String, nanos: Int64) {
        #expect(Quantity(text)?.nanos == Int128(nanos))
    }

    @Test(arguments: [
        "", "m", ".", "128Mx", "1 Gi", "-1", "+1", "1..2", "1.2.3", "Mi", "1mi", "1KI", "0x10", "1e", "1e99", "١",
        "0.0000000001", "999999999999999999999999999999999999999", "1Gi ", "NaN", "1,5",
        "9223372036854775808", "8Ei", "100000000000E",
    ])
    func `what is no quantity, negative, too fine or too large is not read`(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test func `the largest amounts add up without an overflow`() throws {
        let greatest = try #require(Quantity("9223372036854775807"))
        let all = (0..<1000).reduce(Quantity.zero) { sum, _ in sum + greatest * 1000 }
        #expect(all.nanos == greatest.nanos * 1_000_000)
    }

    @Test(arguments: [Int.max, Int.min, 1 << 62])
    func `as many as anyone asks for add up without an overflow, too`(count: Int) throws {
        let greatest = try #require(Quantity("9223372036854775807"))
        let all = (0..<100).reduce(Quantity.zero) { sum, _ in sum + greatest * count }
        #expect(count > 0 ? all > greatest : all < .zero)
        #expect(!all.memoryText.isEmpty && !all.cpuText.isEmpty)
        let estimate = CostEstimate(of: ResourceTotal(cpu: all, memory: all), hours: 168, prices: PriceList())
        #expect(!estimate.total.isEmpty)
    }

    @Test func `the largest binary unit that keeps an amount whole is written`() {
        #expect(Quantity("4096Mi")?.memoryText == "4Gi")
        #expect(Quantity("1536Mi")?.memoryText == "1536Mi")
        #expect(Quantity("1000")?.memoryText == "1000")
        #expect(Quantity("1.5")?.cpuText == "1500m")
        #expect(Quantity("2000m")?.cpuText == "2")
    }

    @Test func `amounts add up without rounding`() throws {
        let tenth = try #require(Quantity("0.1"))
        #expect((0..<10).reduce(Quantity.zero) { sum, _ in sum + tenth } == Quantity("1"))
        #expect(tenth * 3 == Quantity("300m"))
    }
}

@Suite struct CostEstimateTests {
    private func total(_ cpu: String, _ memory: String) throws -> ResourceTotal {
        ResourceTotal(cpu: try #require(Quantity(cpu)), memory: try #require(Quantity(memory)))
    }

    @Test(arguments: [
        ("1", "0", 1, "0.04", "0.04"), ("0", "1Gi", 24, "0.005", "0.12"), ("100m", "128Mi", 24, "0.004625", "0.111"),
        ("0", "0", 24, "0.00", "0.00"), ("2", "4Gi", 168, "0.10", "16.80"), ("1m", "1", 1, "0.00004", "0.00004"),
    ])
    func `cores cost 0.04 and GiB 0.005 for an hour`(
        cpu: String, memory: String, hours: Int, hourly: String, all: String
    ) throws {
        let estimate = CostEstimate(of: try total(cpu, memory), hours: Decimal(hours), prices: PriceList())
        #expect(estimate.hourly == hourly)
        #expect(estimate.total == all)
        #expect(estimate.currency == "USD")
    }

    @Test func `prices and currency can be set`() throws {
        let prices = PriceList(cpuHour: 1, gibHour: Decimal(string: "0.25") ?? 0, currency: "EUR")
        let estimate = CostEstimate(of: try total("500m", "2Gi"), hours: 2, prices: prices)
        #expect((estimate.currency, estimate.hourly, estimate.total) == ("EUR", "1.00", "2.00"))
    }

    @Test func `replicas and clones are counted, and the most replicas where that is asked`() {
        let service = ServiceSpecification(
            name: "web", application: .init(namespace: "shop", name: "web"), sourceVersion: "1", targetVersion: "2",
            replicas: 2, autoscaling: .init(enabled: true, minReplicas: 1, maxReplicas: 4))
        let each = QuotaPolicy().eachDatabase
        let usual = ResourceTotal(services: [service], databases: 1, eachDatabase: each)
        #expect(usual.cpu == Quantity("300m"))
        #expect(usual.memory == Quantity("512Mi"))
        let most = ResourceTotal(services: [service], databases: 0, eachDatabase: each, atMost: true)
        #expect(most.cpu == Quantity("400m"))
    }
}

@Suite struct QuotaPolicyTests {
    @Test(arguments: [(0, true), (4, true), (5, false), (6, false)])
    func `an organization has at most five active previews`(active: Int, isAdmitted: Bool) {
        #expect(QuotaPolicy().admits(active: active) == isAdmitted)
    }

    @Test(arguments: [
        (10, "100m", "128Mi", []), (11, "100m", "128Mi", ["CPU"]), (1, "1100m", "5Gi", ["CPU", "memory"]),
    ])
    func `a preview's requests fit its namespace or are refused`(
        replicas: Int, cpu: String, memory: String, excess: [String]
    ) {
        let service = ServiceSpecification(
            name: "web", application: .init(namespace: "shop", name: "web"), sourceVersion: "1", targetVersion: "2",
            replicas: replicas,
            resources: .init(cpuRequest: cpu, cpuLimit: "2", memoryRequest: memory, memoryLimit: "8Gi"))
        let problems = QuotaPolicy().excess(services: [service], databases: 0)
        #expect(problems.map(\.code) == excess.map { _ in .exceedsQuota })
        for (problem, kind) in zip(problems, excess) { #expect(problem.message.contains(kind)) }
    }
}
