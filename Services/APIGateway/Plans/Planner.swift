import Foundation
import PreviewDomain

/// Works out what a preview would be. Pure.
struct Planner: Sendable {
    let renderer: PreviewRenderer
    let validation: PreviewOrderValidation

    /// The id that the preview is to have; without one, something stands for it.
    var id: PreviewID?

    private var shownID: String { id?.rawValue ?? "<id>" }

    func review(
        _ order: PreviewOrder, problems: [FieldProblem], catalogue: Catalogue, active: Int
    ) -> PlanReview {
        let review = validation.review(order, catalogue: catalogue)
        let limit = validation.quota.activePreviews
        var all = problems.joined(with: review.problems)
        if !validation.quota.admits(active: active) {
            let message = "\(active) previews are active, the limit is \(limit); end one of them first."
            all.append(.init("", .exceedsQuota, message))
        }
        return PlanReview(
            name: review.name, cluster: review.cluster,
            ttlHours: review.ttl / validation.limits.secondsPerHour,
            services: review.services.map { service($0, in: review, catalogue: catalogue) },
            databases: review.databases.map { database in
                .init(
                    name: database.name, source: database.source,
                    services: review.services.filter { $0.databases.contains(database.name) }.map(\.name))
            },
            cost: renderer.cost(of: review.services, databases: review.databases.count, ttl: review.ttl),
            quota: .init(limit: limit, active: active, left: max(0, limit - active)), problems: all,
            warnings: warnings(review, catalogue: catalogue))
    }

    private func service(
        _ service: ServiceSpecification, in review: PreviewOrderValidation.Review, catalogue: Catalogue
    ) -> PlanReview.Service {
        let domain = renderer.addresses(on: review.cluster).baseDomain
        return PlanReview.Service(
            name: service.name, application: service.application.description, sourceVersion: service.sourceVersion,
            targetVersion: service.targetVersion, replicas: service.replicas, resources: service.resources,
            autoscaling: service.autoscaling, externalDNS: service.externalDNS,
            externalHost: service.externalDNS ? externalHost(of: service.name, domain: domain) : nil,
            internalHost: PreviewHosts.internal(service: service.name, namespace: "preview-\(shownID)"),
            databases: service.databases, variables: variables(of: service, in: review, catalogue: catalogue))
    }

    /// Where a service is to answer outside the cluster.
    private func externalHost(of service: String, domain: String) -> String {
        guard let id else { return "\(service)-\(shownID).\(domain)" }
        return PreviewHosts(baseDomain: domain).external(service: service, preview: id)
    }

    private func variables(
        of service: ServiceSpecification, in review: PreviewOrderValidation.Review, catalogue: Catalogue
    ) -> [PlanReview.Variable] {
        let application = catalogue.application(service.application, on: review.cluster)
        let found = application?.variables ?? []
        let siblings = review.services.compactMap { sibling -> SiblingService? in
            guard sibling.name != service.name else { return nil }
            let names = catalogue.application(sibling.application, on: review.cluster)?.serviceNames ?? []
            return SiblingService(namespace: sibling.application.namespace, serviceNames: names)
        }
        let rewriter = SiblingRewriter(siblings: siblings, previewNamespace: "preview-\(shownID)")
        let copied = found.map { variable -> PlanReview.Variable in
            if let typed = service.variables[variable.name] { return override(variable, by: typed) }
            return rewritten(variable, of: service, in: review, rewriter)
        }
        let known = Set(found.map(\.name))
        let added = service.variables.filter { !known.contains($0.key) }.map { name, typed in
            PlanReview.Variable(
                name: name, container: nil, kind: .userOverride, source: nil, oldValue: nil, newValue: typed.shown,
                reason: "added by you")
        }
        let all = copied + added
        // Places are put in order, not the variables: those are large, and there may be thousands.
        let order = all.indices.sorted { left, right in
            all[left].name == all[right].name
                ? (all[left].container ?? "") < (all[right].container ?? "") : all[left].name < all[right].name
        }
        return order.map { all[$0] }
    }

    private func override(_ variable: ApplicationVariable, by typed: TypedValue) -> PlanReview.Variable {
        PlanReview.Variable(
            name: variable.name, container: variable.container, kind: .userOverride, source: variable.source,
            oldValue: shown(variable), newValue: typed.shown, reason: "typed by you")
    }

    private func rewritten(
        _ variable: ApplicationVariable, of service: ServiceSpecification,
        in review: PreviewOrderValidation.Review, _ rewriter: SiblingRewriter
    ) -> PlanReview.Variable {
        var plan = PlanReview.Variable(
            name: variable.name, container: variable.container,
            kind: variable.kind == .autoOverride ? .autoOverride : .copied, source: variable.source,
            oldValue: shown(variable), newValue: shown(variable), reason: variable.reason)
        guard let value = shown(variable) else { return plan }
        let namespace = service.application.namespace
        let clone = review.databases.first { $0.source == variable.database }
        if let clone, let role = variable.role {
            plan.newValue = VariableRewriter.rewrite(
                value, role: role, source: KnownDatabase(reference: clone.source), from: namespace,
                to: CloneTarget(host: "\(clone.name)-rw.preview-\(shownID).svc"))
            return plan
        }
        if let moved = rewriter.rewrite(value) {
            (plan.kind, plan.newValue) = (.autoOverride, moved)
            plan.reason = "leads to a service of this preview"
        }
        return plan
    }

    /// The value, unless it is secret.
    private func shown(_ variable: ApplicationVariable) -> String? {
        variable.source == .secret || variable.role == .password ? nil : variable.value
    }

    private func warnings(
        _ review: PreviewOrderValidation.Review, catalogue: Catalogue
    ) -> [FieldProblem] {
        var warnings: [FieldProblem] = []
        if let reachability = catalogue.clusters[review.cluster]?.reachability, reachability.status == .unreachable {
            let problem = reachability.problem.map { " (\($0))" } ?? ""
            let message =
                "The cluster cannot be reached since \(JSONCoding.format(reachability.since))\(problem). What is shown "
                + "is what was last known of it; the preview can be created and begins when the cluster is back."
            warnings.append(.init("cluster", .clusterUnreachable, message))
        } else if let problem = catalogue.clusters[review.cluster]?.problem {
            warnings.append(.init("cluster", .invalid, "The cluster can't be read at present: \(problem)"))
        }
        for (index, service) in review.services.enumerated() where service.targetVersion == service.sourceVersion {
            let message = "Production runs \(service.sourceVersion) already; the preview would show nothing new."
            warnings.append(.init("services[\(index)].targetVersion", .duplicate, message))
        }
        if !review.services.isEmpty, !review.services.contains(where: \.externalDNS) {
            warnings.append(
                .init("services", .unsupported, "No service has externalDNS; the preview has no address outside."))
        }
        return warnings + leadingOutside(review, catalogue: catalogue)
    }

    /// Variables that lead to an application which is not part of the preview: to production's, that is.
    private func leadingOutside(
        _ review: PreviewOrderValidation.Review, catalogue: Catalogue
    ) -> [FieldProblem] {
        let outside = OutsideApplications(
            catalogue.clusters[review.cluster], without: Set(review.services.map(\.application)))
        return review.services.enumerated().flatMap { index, service -> [FieldProblem] in
            let variables = catalogue.application(service.application, on: review.cluster)?.variables ?? []
            return variables.filter { service.variables[$0.name] == nil }.compactMap { variable in
                guard let value = shown(variable),
                    let target = outside.application(in: value, from: service.application.namespace)
                else { return nil }
                return FieldProblem(
                    "services[\(index)].variables.\(variable.name)", .leadsOutside,
                    "\(variable.name) leads to \(target.reference), which is not part of the preview; add it, or type "
                        + "another value.")
            }
        }
    }
}
