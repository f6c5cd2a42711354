import PreviewDomain

/// How a service's way to production stands, and what it changes there.
struct PromotionPanel: Sendable {
    /// A line of a unified diff.
    struct DiffLine: Sendable, Hashable {
        /// `added`, `removed`, `place` or nothing.
        let kind: String
        let text: String
    }

    let status: StatusBadge
    /// What is going on; why it failed is said at the top of the page.
    let message: String?
    /// Which try it is, from the second on.
    let attempt: Int?
    let revision: String?
    let isRolledBack: Bool
    let diff: Diff?

    struct Diff: Sendable {
        let id: String
        let summary: String
        let lines: [DiffLine]
    }

    init?(_ promotion: PreviewDocument.Service.Promotion, of service: ServiceSpecification, in sight: PreviewSight) {
        switch promotion.state {
        case .none: return nil
        case .requested: status = StatusBadge("Requested", .progress, icon: "progress")
        case .started: status = StatusBadge("Being promoted", .progress, icon: "progress")
        case .completed: status = StatusBadge("In production", .good, icon: "check")
        case .failed: status = StatusBadge("Failed", .bad, icon: "failed")
        }
        let fact = sight.fact(.promotion(service.name))
        let isSaidAbove = fact?.state == .failed && sight.document.status == .approved
        message = isSaidAbove ? nil : fact?.failure?.message ?? fact?.message
        let first = (sight.preview.formerAttempt ?? 0) + 1
        attempt = promotion.attempt > first ? promotion.attempt - first + 1 : nil
        revision = promotion.revision
        isRolledBack = if case .promotion(let detail) = fact?.detail { detail.rolledBack } else { false }
        diff = promotion.diff.flatMap { text in
            let lines = Self.lines(text)
            guard !lines.isEmpty else { return nil }
            let (added, removed) = (lines.count { $0.kind == "added" }, lines.count { $0.kind == "removed" })
            return Diff(
                id: "diff-\(service.name)", summary: "What it changes in production: +\(added) −\(removed) lines",
                lines: lines)
        }
    }

    /// A unified diff line by line.
    static func lines(_ diff: String) -> [DiffLine] {
        var lines = diff.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let kind =
                if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("@@") {
                    "place"
                } else if line.hasPrefix("+") {
                    "added"
                } else if line.hasPrefix("-") {
                    "removed"
                } else {
                    ""
                }
            return DiffLine(kind: kind, text: String(line))
        }
        while lines.last?.text.isEmpty == true { lines.removeLast() }
        return lines
    }
}
