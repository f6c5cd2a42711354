import Hummingbird
import MessageBus
import NIOCore
import Persistence
import PreviewDomain

/// Tells open pages that what they show has changed; they fetch themselves again then.
struct LiveUpdates: Sendable {
    let gateway: Gateway
    /// Whether messages flow, which every page tells.
    let messages: @Sendable () -> MessageBusHealth?

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/live", use: live)
    }

    @Sendable func live(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let stream = EventStream(changes: gateway.store.changes, isAdmitted: context.isStillAdmitted)
        let fields = Form(request.uri.query ?? "")
        guard let text = fields["preview"] else {
            return changes(of: principal.organization, withCatalogue: fields["catalogue"] != nil, on: stream)
        }
        guard let id = PreviewID(rawValue: text) else { throw Problem.noPreview(text) }
        let reading = PreviewReading(store: gateway.store, renderer: gateway.renderer)
        let store = gateway.store
        // A cleanup goes on without anything of the preview changing but its timeline.
        @Sendable func present() async throws -> Shown? {
            guard let body = try await reading.body(of: id, organization: principal.organization) else { return nil }
            return Shown(
                body: body, newest: try await store.database.read { try TimelineTable.newestID(of: id, in: $0) },
                outage: messages()?.explanation)
        }
        guard let shown = try await present() else { throw Problem.noPreview(text) }
        return stream.response(shown) { shown, writer in
            guard let now = try await present(), now != shown else { return false }
            shown = now
            try await writer.write(ByteBuffer(string: "data: changed\n\n"))
            return true
        }
    }

    /// What an open page shows of a preview.
    private struct Shown: Equatable {
        let body: ByteBuffer
        let newest: Int64
        let outage: String?
    }

    /// Follows the organization's previews, and the catalogue where the page shows that.
    private func changes(
        of organization: OrganizationName, withCatalogue: Bool, on stream: EventStream
    ) -> Response {
        let changes = gateway.store.changes
        let count: @Sendable () -> UInt64 = {
            changes.count(of: organization) + (withCatalogue ? changes.catalogueCount : 0)
        }
        // A page fetches itself when it is connected; only what comes after that is news.
        let start = (count: count(), at: ContinuousClock.now)
        return stream.response(start) { told, writer in
            // Not all that a page shows is the organization's, such as whether messages flow; that may come later.
            let isOld = told.at.duration(to: .now) >= stream.heartbeat
            guard isOld || count() != told.count else { return false }
            // A burst of changes is told once.
            try await Task.sleep(for: .milliseconds(200))
            told = (count(), .now)
            try await writer.write(ByteBuffer(string: "data: changed\n\n"))
            return true
        }
    }
}
