/// How much an organization and a preview may have.
public struct QuotaPolicy: Sendable, Hashable {
    /// How many previews of an organization may be active at once.
    public var activePreviews: Int
    /// What the requests in a preview's namespace may come to.
    public var namespace: ResourceTotal
    /// What each database clone is counted with.
    public var eachDatabase: ResourceTotal

    /// Creates a policy; the defaults are 5 previews of 1 CPU and 4 GiB, clones counted with 100m and 256 MiB.
    public init(
        activePreviews: Int = 5,
        namespace: ResourceTotal = .init(
            cpu: Quantity(nanos: 1_000_000_000), memory: Quantity(nanos: 4_294_967_296 * 1_000_000_000)),
        eachDatabase: ResourceTotal = .init(
            cpu: Quantity(nanos: 100_000_000), memory: Quantity(nanos: 268_435_456 * 1_000_000_000))
    ) {
        self.activePreviews = activePreviews
        self.namespace = namespace
        self.eachDatabase = eachDatabase
    }

    /// Whether an organization with that many active previews may have another.
    public func admits(active: Int) -> Bool { active < activePreviews }

    /// Says what of the namespace's quota the services and clones exceed, or nothing.
    public func excess(services: [ServiceSpecification], databases: Int) -> [FieldProblem] {
        let total = ResourceTotal(
            services: services, databases: databases, eachDatabase: eachDatabase, atMost: true)
        var problems: [FieldProblem] = []
        if total.cpu > namespace.cpu {
            problems.append(
                .init(
                    "services", .exceedsQuota,
                    "The CPU requests come to \(total.cpu.cpuText), a preview may have \(namespace.cpu.cpuText); "
                        + "lower requests or replicas, or leave out a service."))
        }
        if total.memory > namespace.memory {
            problems.append(
                .init(
                    "services", .exceedsQuota,
                    "The memory requests come to \(total.memory.memoryText), a preview may have "
                        + "\(namespace.memory.memoryText); lower requests or replicas, or leave out a service."))
        }
        return problems
    }
}
