import PreviewDomain

/// A status as a word, an icon and a colour; never by colour alone.
struct StatusBadge: Sendable, Hashable {
    /// The colour's meaning: `neutral`, `progress`, `good`, `warning`, `bad`, `ended`.
    enum Tone: String, Sendable {
        case neutral, progress, good, warning, bad, ended
    }

    let label: String
    /// The tone's name, as the style sheet knows it.
    let tone: String
    /// The icon's name in `icons.svg`.
    let icon: String

    init(_ label: String, _ tone: Tone, icon: String) {
        self.label = label
        self.tone = tone.rawValue
        self.icon = icon
    }

    /// A preview's; a promotion that failed is worth more than that it was approved.
    init(_ document: PreviewDocument) {
        if document.status == .approved, document.services.contains(where: { $0.promotion.state == .failed }) {
            self.init("Promotion failed", .bad, icon: "failed")
        } else {
            self.init(document.status, cleanup: document.cleanup.state)
        }
    }

    init(_ status: PreviewStatus, cleanup: CleanupState) {
        switch status {
        case .pending: self.init("Pending", .neutral, icon: "clock")
        case .deploying: self.init("Deploying", .progress, icon: "progress")
        case .ready: self.init("Ready", .good, icon: "check")
        case .approved: self.init("Approved", .progress, icon: "promote")
        case .failed: self.init("Failed", .bad, icon: "failed")
        case .completed, .rejected, .expired, .tornDown:
            let label = status == .tornDown ? "Torn down" : status.rawValue
            switch cleanup {
            case .none, .running: self.init(label, .progress, icon: "progress")
            case .stuck: self.init(label, .warning, icon: "warning")
            case .done: self.init(label, .ended, icon: status == .completed ? "check" : "ended")
            }
        }
    }

    init(_ health: PreviewDocument.Service.Health) {
        switch health {
        case .deploying: self.init("Deploying", .progress, icon: "progress")
        case .healthy: self.init("Healthy", .good, icon: "check")
        case .unhealthy: self.init("Unhealthy", .warning, icon: "warning")
        case .failed: self.init("Failed", .bad, icon: "failed")
        }
    }

    init(_ status: PreviewDocument.Database.Status) {
        switch status {
        case .pending: self.init("Pending", .neutral, icon: "clock")
        case .cloning: self.init("Cloning", .progress, icon: "progress")
        case .ready: self.init("Ready", .good, icon: "check")
        case .failed: self.init("Failed", .bad, icon: "failed")
        }
    }

    init(_ status: ClusterStatus) {
        switch status {
        case .reachable: self.init("Reachable", .good, icon: "check")
        case .slow: self.init("Slow", .warning, icon: "warning")
        case .unreachable: self.init("Unreachable", .bad, icon: "failed")
        case .unknown: self.init("Status unknown", .neutral, icon: "clock")
        }
    }
}
