import Foundation
import KubernetesClient
import PreviewDomain

/// How the status follows from what it was, the resource, and what the gateway says. Each change may come again, or late.
extension EnvironmentStatus {
    /// Reasons of the condition `Ready` that this operator gives by itself.
    enum Reason {
        static let requested = "Requested"
        static let unanswered = "GatewayUnanswered"
        static let servicesReady = "ServicesReady"
        static let cleanupStuck = "CleanupStuck"
    }

    /// Takes in what the resource says now.
    ///
    /// - Parameters:
    ///   - generation: the resource's generation.
    ///   - isDeleting: whether its deletion was asked for.
    mutating func look(generation: Int, isDeleting: Bool) {
        if isDeleting {
            guard phase != .deleting else { return }
            phase = .deleting
            set(.ready, false, "Deleting", "Everything made for the preview is being removed.")
            set(.failed, .noFailure)
        } else if phase == nil {
            phase = .pending
            set(.ready, false, Reason.requested, "The preview has been asked for.")
            for type in [EnvironmentCondition.databasesReady, .addressesReady] {
                set(type, nil, Reason.requested, "Nothing is known yet.")
            }
            set(.failed, .noFailure)
        } else if generation > observedGeneration {
            beginUpdate()
        }
        observedGeneration = max(observedGeneration, generation)
    }

    /// Takes in that the gateway has not answered for a while.
    mutating func lackAnswer() {
        let message = "Understudy's gateway has not answered yet; it is asked again and again."
        guard phase == .pending || phase == .updating || phase == .deleting else { return }
        set(.ready, false, Reason.unanswered, message)
    }

    /// Takes in a state of the preview, unless a newer one is shown already.
    ///
    /// - Returns: whether it counted.
    @discardableResult
    mutating func take(_ state: PreviewStateReported, generation: Int, isDeleting: Bool) -> Bool {
        guard !isOlderThanShown(state) else { return false }
        look(generation: generation, isDeleting: isDeleting)
        preview = state.preview.id.rawValue
        revision = state.revision
        url = state.url
        namespace = state.preview.namespace
        services = state.services.map { service in
            var value: JSONValue = ["name": .string(service.name), "ready": .bool(service.isReady)]
            value["url"] = service.url.map { .string($0) }
            return value
        }
        costEstimate = [
            "currency": .string(state.cost.currency), "hourlyCost": .string(state.cost.hourly),
            "totalCost": .string(state.cost.total),
        ]
        createdAt = state.createdAt
        expiresAt = state.expiresAt
        lastSyncedAt = max(lastSyncedAt ?? state.observedAt, state.observedAt)
        set(
            .databasesReady,
            ConditionVerdict(parts: state.databases, what: "databases", readyReason: "DatabasesReady"))
        set(
            .addressesReady,
            ConditionVerdict(parts: state.addresses, what: "outside addresses", readyReason: "AddressesReady"))
        if isDeleting || !state.status.isActive {
            takeEnding(state)
        } else if let followed = state.resourceGeneration, followed < generation {
            // What the newest generation was refused for stands until it is granted.
            if !isRefused { beginUpdate() }
        } else {
            takeLife(state)
        }
        return true
    }

    /// Takes in why the gateway does not do what a generation of the resource asks for.
    mutating func take(_ refusal: PreviewRefused, generation: Int, now: Date) {
        guard refusal.resourceGeneration ?? generation >= generation, phase != .deleting else { return }
        refuse(
            reason: refusal.code, message: Self.text(refusal), isPassing: refusal.isPassing, generation: generation)
        lastSyncedAt = max(lastSyncedAt ?? now, now)
    }

    /// Takes in what is wrong with the resource itself.
    mutating func take(_ problem: EnvironmentProblem, generation: Int) {
        refuse(
            reason: "Invalid", message: "\(problem.field): \(problem.message)", isPassing: false,
            generation: generation)
    }

    /// Shows that an update goes on, although what was asked for is ready: it has just been changed.
    mutating func keepUpdating() { beginUpdate() }

    /// Whether what the newest generation asks for was refused for good.
    var isRefused: Bool { phase == .failed && verdicts[.failed]?.reason.hasPrefix(Self.refused) == true }

    // MARK: Parts

    /// Begins the reason of a refusal for good, so that it is told from a failure of the preview.
    private static let refused = "Refused"

    private mutating func set(_ type: EnvironmentCondition, _ verdict: ConditionVerdict) { verdicts[type] = verdict }

    private mutating func set(_ type: EnvironmentCondition, _ holds: Bool?, _ reason: String, _ message: String) {
        verdicts[type] = ConditionVerdict(holds, reason, message)
    }

    /// States are ordered by the preview's making and by their revision.
    private func isOlderThanShown(_ state: PreviewStateReported) -> Bool {
        guard let createdAt, let revision else { return false }
        let made = state.createdAt.timeIntervalSince1970.rounded(.down)
        let shown = createdAt.timeIntervalSince1970.rounded(.down)
        return made == shown ? state.revision < revision : made < shown
    }

    private mutating func beginUpdate() {
        if preview == nil {
            // What was never made is still being asked for.
            phase = .pending
            set(.ready, false, Reason.requested, "The preview has been asked for.")
        } else {
            phase = .updating
            set(.ready, false, "Updating", "A newer specification is being rolled out.")
        }
        set(.failed, .noFailure)
    }

    private mutating func refuse(reason: String, message: String, isPassing: Bool, generation: Int) {
        observedGeneration = max(observedGeneration, generation)
        let word = ConditionVerdict.word(reason)
        if isPassing {
            if phase != .updating { phase = .pending }
            set(.ready, false, word, message)
            set(.failed, .noFailure)
        } else {
            phase = .failed
            set(.ready, false, Self.refused + word, message)
            set(.failed, true, Self.refused + word, message)
        }
        for type in [EnvironmentCondition.databasesReady, .addressesReady] where verdicts[type] == nil {
            set(type, nil, word, "Nothing is made before the preview is granted.")
        }
    }

    private mutating func takeLife(_ state: PreviewStateReported) {
        let phase = EnvironmentPhase(
            state.status, isUpdated: state.preview.generation > state.firstGeneration ?? 1)
        self.phase = phase
        switch phase {
        case .ready:
            set(.ready, true, Reason.servicesReady, "All services are healthy")
            set(.failed, .noFailure)
        case .failed:
            let reason = state.failure?.reason ?? "Failed"
            let message = state.failure?.explanation ?? state.message
            set(.ready, false, reason, message)
            set(.failed, true, reason, message)
        case .pending, .creating, .updating, .deleting:
            set(.ready, false, phase.rawValue, state.message)
            set(.failed, .noFailure)
        }
    }

    private mutating func takeEnding(_ state: PreviewStateReported) {
        phase = .deleting
        if state.cleanup == .stuck {
            let message = state.failure?.explanation ?? state.message
            set(.ready, false, Reason.cleanupStuck, message)
            set(.failed, true, Reason.cleanupStuck, message)
        } else {
            set(.ready, false, "Deleting", state.status.isActive ? "The preview is being ended." : state.message)
            set(.failed, .noFailure)
        }
    }

    private static func text(_ refusal: PreviewRefused) -> String {
        let details = refusal.errors.filter { !refusal.message.contains($0.message) }.map { problem in
            problem.field.isEmpty ? problem.message : "\(problem.field): \(problem.message)"
        }
        return ([refusal.message] + details).joined(separator: " ")
    }
}
