import PreviewDomain

/// How and by whom a preview ended, and what became of everything that was made for it.
struct EndingSection: Sendable {
    /// One worker's share of the cleanup.
    struct Share: Sendable {
        let id: String
        let title: String
        let status: StatusBadge
        let detail: String?
        let asked: Moment?
        let finished: Moment?
    }

    /// Something that could not be removed.
    struct Stuck: Sendable {
        let object: String
        let reason: String
        let message: String
        let nextStep: String?
    }

    /// Something that was verified gone.
    struct Gone: Sendable {
        let kind: String
        let name: String
        let madeBy: String
        let verified: Moment
    }

    let sentence: String
    let reason: String?
    let by: String?
    let at: Moment?
    let cleanup: StatusBadge
    let shares: [Share]
    let stuck: [Stuck]
    let gone: [Gone]
    let goneCount: String
    /// Where the receipt is as JSON.
    let receipt: String
    let fileName: String

    init?(_ sight: PreviewSight) {
        let (document, snapshot) = (sight.document, sight.snapshot)
        guard !document.status.isActive else { return nil }
        sentence =
            switch document.status {
            case .rejected: "It was rejected."
            case .expired: "Its time to live ran out."
            case .tornDown: "It was torn down."
            default: "Every version was promoted to production."
            }
        reason = document.ending?.reason
        by = document.ending?.kind == .expired ? nil : document.ending?.by
        let promoted = document.services.compactMap { snapshot.firstReady(.promotion($0.name)) }.max()
        at = (document.ending?.at ?? promoted).map(Moment.init)
        cleanup =
            switch document.cleanup.state {
            case .none, .running: StatusBadge("Being removed", .progress, icon: "progress")
            case .done: StatusBadge("Everything verified gone", .good, icon: "check")
            case .stuck: StatusBadge("Not everything could be removed", .warning, icon: "warning")
            }
        shares = CleanupParticipant.allCases.map { Share($0, of: sight) }
        stuck = document.cleanup.stuck.map {
            Stuck(
                object: $0.object.description, reason: $0.failure.reason, message: $0.failure.message,
                nextStep: $0.failure.nextStep)
        }
        gone = snapshot.receipt.map { entry in
            let object = entry.object
            return Gone(
                kind: object.kind, name: object.namespace.map { "\($0)/\(object.name)" } ?? object.name,
                madeBy: entry.madeBy, verified: Moment(entry.verifiedAt))
        }
        goneCount = gone.count == 1 ? "1 object verified gone" : "\(gone.count) objects verified gone"
        receipt = "/api/v1\(sight.path)/receipt"
        fileName = "receipt-\(document.id.rawValue).json"
    }
}

extension EndingSection.Share {
    init(_ participant: CleanupParticipant, of sight: PreviewSight) {
        let part = Part.cleanup(participant)
        let fact = sight.fact(part)
        id = part.elementID
        title =
            switch participant {
            case .provisioner: "Namespace and services"
            case .databaseCloner: "Database clones"
            case .dnsManager: "Addresses and certificates"
            case .reaper: "Proof that nothing is left"
            }
        status =
            switch fact?.state {
            case .ready: StatusBadge("Done", .good, icon: "check")
            case .failed: StatusBadge("Stuck", .warning, icon: "warning")
            case .working, .unhealthy: StatusBadge("Under way", .progress, icon: "progress")
            case nil: StatusBadge("Requested", .progress, icon: "progress")
            }
        var removed = 0
        if case .cleanup(let cleanup) = fact?.detail { removed = cleanup.removed.count }
        let objects = removed == 0 ? nil : "\(removed) \(removed == 1 ? "object" : "objects") gone"
        detail = fact?.failure?.message ?? fact?.message ?? objects
        asked = sight.snapshot.firstRequests[part].map(Moment.init)
        finished = fact?.state == .ready ? sight.snapshot.firstReady(part).map(Moment.init) : nil
    }
}
