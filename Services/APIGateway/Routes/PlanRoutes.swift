import HTTPTypes
import Hummingbird
import Persistence
import PreviewDomain

/// Shows what a preview would be, without creating it.
struct PlanRoutes: Sendable {
    let planner: Planner
    let catalogue: CatalogueStore
    let store: PreviewStore

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("preview-plans", use: plan)
    }

    @Sendable func plan(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let members = try RequestBody.object(try await request.bodyBytes(), of: request)
        let known = catalogue.current
        let sealing = VariableSealing(catalogue: known)
        var reader = ObjectReader(members)
        let order = PreviewOrder(reading: &reader, limits: planner.validation.limits, seal: sealing)
        reader.rejectUnknownMembers()
        let active = try await store.database.read {
            try PreviewStore.activeCount(of: principal.organization, in: $0)
        }
        var review = planner.review(order, problems: reader.problems, catalogue: known, active: active)
        for cluster in sealing.unsealableClusters where known.clusters[cluster] != nil {
            let message = "Secret values can't be sealed yet: the provisioner of \(cluster) has not reported its key."
            review.problems.append(.init("services", .unsupported, message))
        }
        return try .json(review)
    }
}
