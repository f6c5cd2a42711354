import PreviewDomain

/// What of a quota is used.
struct QuotaMeter: Sendable {
    let label: String
    let used: Int
    let limit: Int
    /// The same in words.
    let text: String
    let isExceeded: Bool

    /// Of CPU or memory.
    private init(_ label: String, used: Quantity, limit: Quantity, written: (Quantity) -> String) {
        self.label = label
        self.used = Int(clamping: used.nanos / 1_000_000)
        self.limit = Int(clamping: limit.nanos / 1_000_000)
        isExceeded = used > limit
        let rest = isExceeded ? "too much" : "\(written(Quantity(nanos: limit.nanos - used.nanos))) left"
        text = "\(written(used)) of \(written(limit)), \(rest)"
    }

    /// Of active previews.
    private init(active: Int, limit: Int) {
        label = "Active previews of your organization"
        used = active
        self.limit = limit
        isExceeded = active >= limit
        text = "\(active) of \(limit), \(max(0, limit - active)) left"
    }

    /// What a preview takes of what it may have, and how many the organization has.
    ///
    /// - Parameter active: the organization's active previews.
    static func all(_ review: DraftReview, _ quota: QuotaPolicy, active: Int) -> [QuotaMeter] {
        let specification = review.specification
        let total = ResourceTotal(
            services: specification.services, databases: specification.databases.count,
            eachDatabase: quota.eachDatabase, atMost: true)
        return [
            QuotaMeter(
                "CPU of this preview, in cores", used: total.cpu, limit: quota.namespace.cpu, written: \.cpuText),
            QuotaMeter(
                "Memory of this preview", used: total.memory, limit: quota.namespace.memory, written: \.memoryText),
            QuotaMeter(active: active, limit: quota.activePreviews),
        ]
    }
}
