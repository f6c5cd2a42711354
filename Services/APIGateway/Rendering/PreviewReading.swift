import NIOCore
import PreviewDomain

/// Finds previews' answers: in memory while nothing changed, else in the database.
struct PreviewReading: Sendable {
    let store: PreviewStore
    let renderer: PreviewRenderer

    /// The preview as JSON, or `nil` where the organization has none of that id.
    func body(of id: PreviewID, organization: OrganizationName) async throws -> ByteBuffer? {
        if let kept = store.rendered[id] { return kept.organization == organization ? kept.body : nil }
        let ticket = store.rendered.ticket()
        guard let stored = try await store.load(id, organization: organization) else { return nil }
        let body = try renderer.body(stored, now: store.now())
        store.rendered.keep(.init(organization: organization, body: body), for: id, ticket: ticket)
        return body
    }

    /// The previews as JSON that the organization has, in the order given.
    func bodies(of ids: [PreviewID], organization: OrganizationName) async throws -> [ByteBuffer] {
        let ticket = store.rendered.ticket()
        var bodies: [PreviewID: ByteBuffer] = [:]
        let missing = ids.filter { id in
            guard let kept = store.rendered[id] else { return true }
            if kept.organization == organization { bodies[id] = kept.body }
            return false
        }
        if !missing.isEmpty {
            for stored in try await store.load(missing, organization: organization) {
                let (id, body) = (stored.preview.id, try renderer.body(stored, now: store.now()))
                store.rendered.keep(.init(organization: organization, body: body), for: id, ticket: ticket)
                bodies[id] = body
            }
        }
        return ids.compactMap { bodies[$0] }
    }
}
