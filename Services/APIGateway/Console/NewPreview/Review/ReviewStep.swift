import PreviewDomain

/// The last step: all of it, before it is created.
struct ReviewContent: Sendable {
    let name: String
    let cluster: String
    let hours: String
    let cost: CostLine
    let services: [ServicePart]
    let databases: [DatabasePart]
    let meters: [QuotaMeter]
    let problems: [Remark]
    let warnings: [Remark]
    let manifest: String
    let manifestNotes: [String]
    let curl: String

    struct ServicePart: Sendable {
        let name: String
        let application: String
        let from: String
        let to: String
        let isChanged: Bool
        let running: String
        let resources: String
        let host: String?
        let internalHost: String
        let databases: String?
        let variables: String
        let typed: [String]
    }

    struct DatabasePart: Sendable {
        let name: String
        let source: String
        let services: String
    }

    /// A problem or warning, with where it is mended.
    struct Remark: Sendable {
        let message: String
        let path: String?
        let step: String
    }
}

extension NewPreviewPages {
    func review(_ opened: Opened) async throws -> ReviewContent {
        let plan = try await plan(opened)
        let draft = opened.review.draft
        let commands = EquivalentCommands(
            draft: draft, plan: plan, catalogue: opened.catalogue, url: gateway.configuration.publicURL)
        func remark(_ problem: FieldProblem) -> ReviewContent.Remark {
            let place = ProblemPlace(problem)
            return .init(
                message: problem.message, path: place.step == .review ? nil : place.path(draft: opened.stored.id),
                step: place.step.label)
        }
        return ReviewContent(
            name: plan.name, cluster: plan.cluster, hours: "\(Int(plan.ttlHours.rounded()))", cost: CostLine(plan.cost),
            services: plan.services.map(ReviewContent.ServicePart.init),
            databases: plan.databases.map {
                .init(name: $0.name, source: $0.source.description, services: $0.services.joined(separator: ", "))
            }, meters: QuotaMeter.all(opened.review, validation.quota, active: plan.quota.active),
            problems: plan.problems.map(remark), warnings: plan.warnings.map(remark),
            manifest: commands.manifest, manifestNotes: commands.notes, curl: commands.curl)
    }
}

extension ReviewContent.ServicePart {
    init(_ service: PlanReview.Service) {
        let (resources, scaling) = (service.resources, service.autoscaling)
        let kinds = Dictionary(grouping: service.variables, by: \.kind).mapValues(\.count)
        self.init(
            name: service.name, application: service.application, from: service.sourceVersion,
            to: service.targetVersion, isChanged: service.sourceVersion != service.targetVersion,
            running: scaling.enabled
                ? "\(scaling.minReplicas) to \(scaling.maxReplicas), at \(scaling.targetCPUPercent) % CPU"
                : "\(service.replicas)",
            resources: "CPU \(resources.cpuRequest) to \(resources.cpuLimit), "
                + "memory \(resources.memoryRequest) to \(resources.memoryLimit)",
            host: service.externalHost, internalHost: service.internalHost,
            databases: service.databases.isEmpty ? nil : service.databases.joined(separator: ", "),
            variables: "\(kinds[.copied] ?? 0) copied, \(kinds[.autoOverride] ?? 0) rewritten, "
                + "\(kinds[.userOverride] ?? 0) typed",
            typed: service.variables.filter { $0.kind == .userOverride }.map(\.name))
    }
}
