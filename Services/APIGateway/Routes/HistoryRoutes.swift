import Foundation
import HTTPTypes
import Hummingbird
import Persistence
import PreviewDomain

/// Shows what happened to a preview, and what was verified gone of it.
struct HistoryRoutes: Sendable {
    let store: PreviewStore

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("previews/:id/timeline", use: timeline)
        group.get("previews/:id/receipt", use: receipt)
    }

    private struct TimelinePage: Encodable {
        var items: [TimelineEntry]
        var nextCursor: String?
    }

    private struct Receipt: Encodable {
        var preview: PreviewID
        var state: CleanupState
        var completedAt: Date?
        var objects: [ReceiptEntry]
        var stuck: [StuckObject]
    }

    @Sendable func timeline(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        var query = QueryReader(request.query)
        let limit = query.integer("limit", in: 1...500) ?? 100
        let cursor = query.cursor { Int64($0) } ?? 0
        try query.check()
        let entries = try await store.database.read { database -> [TimelineEntry]? in
            guard try PreviewTable.load(id, organization: principal.organization, in: database) != nil else {
                return nil
            }
            return try TimelineTable.entries(
                organization: principal.organization, preview: id, after: cursor, limit: limit + 1, in: database)
        }
        guard let entries else { throw Problem.noPreview(id.rawValue) }
        let shown = Array(entries.prefix(limit))
        return try .json(
            TimelinePage(items: shown, nextCursor: entries.count > limit ? shown.last.map { "\($0.id)" } : nil))
    }

    @Sendable func receipt(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        guard let stored = try await store.load(id, organization: principal.organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        let (now, policy) = (store.now(), store.coordinator.policy)
        let state = stored.snapshot.cleanupState(now: now, policy: policy)
        guard state != .none else {
            let detail = "The preview has not ended; there is a receipt once it is cleaned up."
            throw Problem(.notFound, "not-found", detail)
        }
        let facts = CleanupParticipant.allCases.compactMap { stored.snapshot.facts[.cleanup($0)]?.observedAt }
        return try .json(
            Receipt(
                preview: id, state: state, completedAt: state == .done ? facts.max() : nil,
                objects: stored.snapshot.receipt, stuck: stored.snapshot.stuckObjects(now: now, policy: policy)))
    }
}
