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
        let stream = EventStream(
            changes: gateway.store.changes, isAdmitted: context.isStillAdmitted,
            place: try gateway.streams.take(for: context.listener))
        let fields = request.query
        guard let text = fields["preview"] else {
            return changes(of: principal.organization, withCatalogue: fields["catalogue"] != nil, on: stream)
        }
        guard let id = PreviewID(rawValue: text) else { throw Problem.noPreview(text) }
        return try await changes(of: id, organization: principal.organization, on: stream)
    }

    /// What an open page shows of a preview.
    private struct Shown: Equatable {
        let body: ByteBuffer
        /// A cleanup goes on without anything of the preview changing but its timeline.
        let newestEntry: Int64
        let outage: String?
    }

    /// How far an open page was told of changes.
    private struct Told {
        private var count: UInt64
        private var at = ContinuousClock.now

        /// A page fetches itself when it is connected; only what comes after that is news.
        init(_ count: UInt64) { self.count = count }

        /// Whether there may be news. Not all that a page shows is counted, such as whether messages flow; that may come
        /// later.
        mutating func mayChange(_ present: UInt64, heartbeat: Duration) -> Bool {
            guard present != count || at.duration(to: .now) >= heartbeat else { return false }
            (count, at) = (present, .now)
            return true
        }
    }

    /// Follows one preview.
    private func changes(
        of id: PreviewID, organization: OrganizationName, on stream: EventStream
    ) async throws -> Response {
        let (store, count) = (gateway.store, counter(of: organization, withCatalogue: true))
        let reading = PreviewReading(store: store, renderer: gateway.renderer)
        @Sendable func present() async throws -> Shown? {
            guard let body = try await reading.body(of: id, organization: organization) else { return nil }
            return Shown(
                body: body, newestEntry: try await store.database.read { try TimelineTable.newestID(of: id, in: $0) },
                outage: messages()?.explanation)
        }
        let told = Told(count())
        guard let shown = try await present() else { throw Problem.noPreview(id.rawValue) }
        return stream.response((told: told, shown: shown)) { feed, writer in
            // What other organizations do wakes this as well; it is not worth a look into the database.
            guard feed.told.mayChange(count(), heartbeat: stream.heartbeat), let now = try await present(),
                now != feed.shown
            else { return false }
            feed.shown = now
            try await writer.write(ByteBuffer(string: "data: changed\n\n"))
            return true
        }
    }

    /// Follows the organization's previews, and the catalogue where the page shows that.
    private func changes(
        of organization: OrganizationName, withCatalogue: Bool, on stream: EventStream
    ) -> Response {
        let count = counter(of: organization, withCatalogue: withCatalogue)
        return stream.response(Told(count())) { told, writer in
            guard told.mayChange(count(), heartbeat: stream.heartbeat) else { return false }
            // A burst of changes is told once.
            try await Task.sleep(for: .milliseconds(200))
            _ = told.mayChange(count(), heartbeat: stream.heartbeat)
            try await writer.write(ByteBuffer(string: "data: changed\n\n"))
            return true
        }
    }

    /// Counts what may change a page.
    private func counter(of organization: OrganizationName, withCatalogue: Bool) -> @Sendable () -> UInt64 {
        let changes = gateway.store.changes
        return { changes.count(of: organization) + (withCatalogue ? changes.catalogueCount : 0) }
    }
}
