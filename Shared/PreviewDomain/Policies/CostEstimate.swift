public import Foundation

/// What an hour of resources costs.
public struct PriceList: Sendable, Hashable {
    /// Price of a core for an hour.
    public var cpuHour: Decimal
    /// Price of a GiB of memory for an hour.
    public var gibHour: Decimal
    /// The currency's ISO 4217 code.
    public var currency: String

    /// Creates a list; the defaults are 0.04 and 0.005 USD.
    public init(
        cpuHour: Decimal = Decimal(4) / 100, gibHour: Decimal = Decimal(5) / 1000, currency: String = "USD"
    ) {
        self.cpuHour = cpuHour
        self.gibHour = gibHour
        self.currency = currency
    }
}

/// What a preview costs by its requests: decimal strings, as money travels in JSON.
public struct CostEstimate: Codable, Sendable, Hashable {
    /// The currency of all amounts, such as `USD`.
    public var currency: String
    /// For an hour.
    public var hourly: String
    /// For the whole time to live.
    public var total: String

    /// Estimates the cost of resources over a number of hours.
    public init(of resources: ResourceTotal, hours: Decimal, prices: PriceList) {
        let cores = Self.decimal(resources.cpu.nanos) / Decimal(1_000_000_000)
        let gib = Self.decimal(resources.memory.nanos) / Decimal(1_000_000_000) / Decimal(1_073_741_824)
        let hourly = cores * prices.cpuHour + gib * prices.gibHour
        currency = prices.currency
        self.hourly = Self.text(hourly)
        total = Self.text(hourly * hours)
    }

    private static func decimal(_ number: Int128) -> Decimal { Decimal(string: "\(number)") ?? 0 }

    /// The amount with 2 to 6 places, rounded half to even.
    private static func text(_ amount: Decimal) -> String {
        var (exact, rounded) = (amount, Decimal())
        NSDecimalRound(&rounded, &exact, 6, .bankers)
        let pieces = "\(rounded)".split(separator: ".", omittingEmptySubsequences: false)
        let fraction = pieces.count == 2 ? String(pieces[1]) : ""
        return "\(pieces[0]).\(fraction)\(String(repeating: "0", count: max(0, 2 - fraction.count)))"
    }
}

/// CPU and memory that are asked for in all.
public struct ResourceTotal: Sendable, Hashable {
    /// In cores.
    public var cpu: Quantity
    /// In bytes.
    public var memory: Quantity

    /// Creates a total.
    public init(cpu: Quantity = .zero, memory: Quantity = .zero) {
        self.cpu = cpu
        self.memory = memory
    }

    /// What the services' requests and the clones come to; amounts that can't be read count as nothing.
    ///
    /// - Parameter atMost: whether autoscaled services count with the most replicas that they may get.
    public init(
        services: some Sequence<ServiceSpecification>, databases: Int, eachDatabase: ResourceTotal, atMost: Bool = false
    ) {
        var total = ResourceTotal(cpu: eachDatabase.cpu * databases, memory: eachDatabase.memory * databases)
        for service in services {
            let scaled = atMost && service.autoscaling.enabled
            let replicas = scaled ? max(service.replicas, service.autoscaling.maxReplicas) : service.replicas
            total.cpu = total.cpu + (Quantity(service.resources.cpuRequest) ?? .zero) * replicas
            total.memory = total.memory + (Quantity(service.resources.memoryRequest) ?? .zero) * replicas
        }
        self = total
    }
}
