import Foundation
import GRDB
import PreviewDomain

/// What people do with a preview, whoever carries their word.
struct PreviewActions: Sendable {
    /// The longest reason for a rejection, in characters.
    static let reasonLength = 1000

    let store: PreviewStore
    let catalogue: CatalogueStore

    /// What is wrong with the reason of a rejection, if anything is.
    static func problem(ofReason reason: String?) -> FieldProblem? {
        guard let reason, reason.count > reasonLength || reason.utf8.count > reasonLength * 10 else { return nil }
        return FieldProblem("reason", .tooLong, "The reason may have at most \(reasonLength) characters.")
    }

    /// One thing to do.
    enum Action: Sendable {
        /// Approve one service, or all of them; only as long as the preview has the generation that was looked at, where
        /// that is told.
        case approve(service: String?, generation: Int? = nil)
        case reject(reason: String?)
        case tearDown
        /// Try again what failed; by force also where production moved on, as long as it runs the versions that were
        /// looked at, by service, where they are told.
        case retry(force: Bool, production: [String: String] = [:])

        fileprivate var name: String {
            switch self {
            case .approve: "preview.approve"
            case .reject: "preview.reject"
            case .tearDown: "preview.tear-down"
            case .retry: "preview.retry"
            }
        }

        fileprivate var detail: String? {
            switch self {
            case .approve(let service, _): service
            case .reject(let reason): reason
            case .tearDown: nil
            case .retry(let force, _): force ? "force" : nil
            }
        }

        /// What of production is to be replaced.
        fileprivate func changes(of preview: Preview) -> [AuditEntry.Change] {
            guard case .retry(_, let production) = self else { return [] }
            return preview.services.compactMap { service in
                production[service.name].map {
                    AuditEntry.Change(
                        field: "production.\(service.name)", before: $0, after: service.targetVersion)
                }
            }
        }
    }

    /// Does it. Returns the preview after it, or `nil` where the organization has none of that id.
    ///
    /// - Parameter repetition: tells a request that may come again; it is done once.
    /// - Throws: `TransitionRefusal`, or ``Problem`` where the reason is too long; then nothing is stored.
    func perform(
        _ action: Action, on id: PreviewID, organization: OrganizationName, by person: String, cause: Cause,
        repetition: PreviewCreation.Repetition? = nil
    ) async throws -> StoredPreview? {
        if case .reject(let reason) = action, let problem = Self.problem(ofReason: reason) {
            throw Problem.invalid([problem])
        }
        let (now, policy) = (store.now(), store.coordinator.policy)
        return try await store.change(id, organization: organization, cause: cause) { snapshot, _, database in
            if let repetition {
                guard try RepetitionTable.preview(of: repetition, in: database) == nil else { return }
                try RepetitionTable.insert(repetition, preview: id, at: now, in: database)
            }
            let before = snapshot
            switch action {
            case .approve(let service, let generation):
                try snapshot.require(generation: generation)
                try snapshot.approve(service: service, by: person, now: now, policy: policy)
            case .reject(let reason):
                try snapshot.end(Ending(kind: .rejected, by: person, at: now, reason: reason), policy: policy)
            case .tearDown: try snapshot.end(Ending(kind: .tornDown, by: person, at: now), policy: policy)
            case .retry(let force, let production):
                try snapshot.retry(force: force, production: production, now: now, policy: policy)
                try require(production, of: snapshot.preview)
            }
            guard snapshot != before else { return }
            try AuditTable.append(
                AuditEntry(
                    action.name, target: id.rawValue, organization: organization, detail: action.detail,
                    changes: action.changes(of: snapshot.preview), cause: cause, at: now),
                in: database)
        }
    }

    /// Checks that production still runs the versions that were looked at, as far as the catalogue knows.
    private func require(_ production: [String: String], of preview: Preview) throws(TransitionRefusal) {
        for (name, version) in production.sorted(by: { $0.key < $1.key }) {
            guard let service = preview.service(named: name) else { throw .unknownService(name) }
            let present = catalogue.current.application(service.application, on: preview.cluster)?.currentVersion
            if let present, present != version { throw .productionMoved(service: name, version: present) }
        }
    }
}
