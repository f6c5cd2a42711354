public import Foundation

/// A preview's status.
public enum PreviewStatus: String, Codable, Sendable, Hashable, CaseIterable {
    case pending = "Pending"
    case deploying = "Deploying"
    case ready = "Ready"
    case approved = "Approved"
    case completed = "Completed"
    case rejected = "Rejected"
    case expired = "Expired"
    case tornDown = "TornDown"
    case failed = "Failed"

    /// Whether it counts against the organization's quota.
    public var isActive: Bool {
        switch self {
        case .pending, .deploying, .ready, .approved, .failed: true
        case .completed, .rejected, .expired, .tornDown: false
        }
    }
}

extension PreviewSnapshot {
    /// The parts that must be ready for the preview to be: its namespace, databases, services and outside addresses.
    public var parts: [Part] {
        [.namespace] + preview.databases.map { .database($0.name) } + preview.services.map { .service($0.name) }
            + preview.services.filter(\.externalDNS).map { .address($0.name) }
    }

    /// The status, derived from the decisions and the facts.
    public func status(now: Date, policy: PreviewPolicy) -> PreviewStatus {
        if let ending = preview.ending {
            switch ending.kind {
            case .rejected: return .rejected
            case .expired: return .expired
            case .tornDown: return .tornDown
            }
        }
        if preview.isApproved {
            let isPromoted = preview.services.allSatisfy { current(.promotion($0.name))?.state == .ready }
            return isPromoted ? .completed : .approved
        }
        let states = parts.map { current($0, now: now, policy: policy)?.state }
        if states.contains(.failed) { return .failed }
        if states.allSatisfy({ $0 == .ready }) { return .ready }
        return states.allSatisfy { $0 == nil } ? .pending : .deploying
    }

    /// The failure that the status `Failed` is about: the first part's in the order of deployment.
    public func failure(now: Date, policy: PreviewPolicy) -> Failure? {
        for part in parts {
            guard let fact = current(part, now: now, policy: policy), fact.state == .failed else { continue }
            return fact.failure
                ?? Failure(reason: "Failed", message: fact.message ?? "The \(part) failed without saying why.")
        }
        return nil
    }

    /// How far deployment is, 0 to 1: the mean over its parts.
    public var progress: Double {
        let total = parts.reduce(0.0) { sum, part in
            guard let fact = current(part) else { return sum }
            return sum + (fact.state == .ready ? 1 : min(max(fact.progress ?? 0.1, 0), 0.99))
        }
        return total / Double(parts.count)
    }
}
