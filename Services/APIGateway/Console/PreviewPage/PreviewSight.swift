import Foundation
import PreviewDomain

/// A preview at one instant, as somebody looks at it: what every section of its page is made from.
struct PreviewSight: Sendable {
    let stored: StoredPreview
    let document: PreviewDocument
    let viewer: Principal
    let now: Date
    let policy: PreviewPolicy
    let limits: PreviewLimits
    /// The applications that run in production.
    let catalogue: Catalogue

    init(_ stored: StoredPreview, viewer: Principal, gateway: Gateway) {
        self.stored = stored
        self.viewer = viewer
        now = gateway.store.now()
        document = gateway.renderer.document(stored, now: now)
        policy = gateway.store.coordinator.policy
        limits = gateway.configuration.limits
        catalogue = gateway.catalogue.current
    }

    var preview: Preview { stored.preview }
    var snapshot: PreviewSnapshot { stored.snapshot }
    /// Where the preview's page is.
    var path: String { "/previews/\(preview.id.rawValue)" }

    /// What is known of a part now.
    func fact(_ part: Part) -> Fact? { snapshot.current(part, now: now, policy: policy) }
}
