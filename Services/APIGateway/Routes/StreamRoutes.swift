import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Persistence
import PreviewDomain

/// Streams what happens to previews as server-sent events.
///
/// An event is an entry of the timeline, and its id is the entry's. What a listener gets is read from the database, so
/// a slow one misses nothing and costs no memory, and one that comes back with `Last-Event-ID` goes on where it was.
struct StreamRoutes: Sendable {
    let store: PreviewStore
    let places: StreamPlaces
    /// How long the stream may be silent.
    var heartbeat: Duration = .seconds(15)

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("stream", use: stream)
    }

    @Sendable func stream(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let organization = principal.organization
        let preview = try await preview(request, organization: organization)
        let start = try await start(request)
        let feed = StreamFeed(store: store, organization: organization, preview: preview, position: start)
        let stream = EventStream(
            changes: store.changes, isAdmitted: context.isStillAdmitted, place: try places.take(for: context.listener),
            heartbeat: heartbeat)
        return stream.response(feed) { feed, writer in try await feed.send(to: &writer) }
    }

    private func preview(_ request: Request, organization: OrganizationName) async throws -> PreviewID? {
        var query = QueryReader(request.query)
        let text = query.text("preview")
        try query.check()
        guard let text else { return nil }
        guard let id = PreviewID(rawValue: text), try await store.load(id, organization: organization) != nil
        else { throw Problem.noPreview(text) }
        return id
    }

    /// The entry after which the stream begins: the one that the listener saw last, else the newest.
    private func start(_ request: Request) async throws -> Int64 {
        if let header = HTTPField.Name("Last-Event-ID").flatMap({ request.headers[$0] }) {
            guard let id = Int64(header) else {
                throw Problem(.badRequest, "malformed", "The Last-Event-ID has to be the id of an event.")
            }
            return id
        }
        return try await store.database.read { try TimelineTable.newestID(in: $0) }
    }
}

/// Sends entries of the timeline from a position on.
private struct StreamFeed: Sendable {
    let store: PreviewStore
    let organization: OrganizationName
    let preview: PreviewID?
    var position: Int64
    /// How many changes of the organization there had been when it was looked last.
    private var count: UInt64?

    init(store: PreviewStore, organization: OrganizationName, preview: PreviewID?, position: Int64) {
        self.store = store
        self.organization = organization
        self.preview = preview
        self.position = position
    }

    /// Sends everything that is new. Returns whether there was anything.
    mutating func send(to writer: inout any ResponseBodyWriter) async throws -> Bool {
        // What other organizations do wakes this as well; it is not worth a question to the database.
        let present = store.changes.count(of: organization)
        guard present != count else { return false }
        count = present
        let start = position
        while true {
            let entries = try await store.database.read { [self] database in
                try TimelineTable.entries(
                    organization: organization, preview: preview, after: position, limit: 100, in: database)
            }
            guard let last = entries.last else { return position > start }
            var buffer = ByteBuffer()
            for entry in entries {
                buffer.writeString("id: \(entry.id)\nevent: \(entry.kind)\ndata: ")
                buffer.writeBytes(try JSONCoding.encoder.encode(entry))
                buffer.writeString("\n\n")
            }
            try await writer.write(buffer)
            position = last.id
        }
    }
}
