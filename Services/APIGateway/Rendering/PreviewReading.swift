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
}
