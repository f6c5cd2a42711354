import Foundation
import PreviewDomain

/// Makes an order of what a resource asks for. Pure.
struct ResourceOrder: Sendable {
    let request: PreviewApplyRequested
    let catalogue: Catalogue
    let validation: PreviewOrderValidation

    /// What the resource's services come to.
    ///
    /// - Throws: ``ResourceRefusal`` with everything that is wrong.
    func review() throws(ResourceRefusal) -> PreviewOrderValidation.Review {
        guard let cluster = catalogue.clusters[request.resource.cluster] else {
            throw ResourceRefusal(
                code: "unknown-cluster",
                message: "The applications of cluster \(request.resource.cluster) are not known yet.", isPassing: true)
        }
        let found = try ResourceServices(request: request, cluster: cluster).find()
        let order = PreviewOrder(
            name: name, cluster: request.resource.cluster, lifetime: .seconds(request.ttlSeconds),
            services: found.map {
                // What nothing in the cluster can reach has nothing to lead an address to.
                ServiceOrder(
                    application: $0.application.reference.description, targetVersion: request.targetVersion,
                    externalDNS: !$0.application.serviceNames.isEmpty)
            })
        let review = validation.review(order, catalogue: catalogue)
        guard review.problems.isEmpty else {
            throw .invalid(review.problems.map { inResource($0, fields: found.map(\.field)) })
        }
        return review
    }

    /// For people: the repository, the number and the branch.
    private var name: String {
        let branch = request.pullRequest.headBranch.map { " (\($0))" } ?? ""
        let name = "\(request.pullRequest.repository)#\(request.pullRequest.number)\(branch)"
        return String(name.prefix(validation.limits.nameLength))
    }

    /// The problem with the field as the resource calls it.
    ///
    /// - Parameter fields: where the resource names each service of the order.
    private func inResource(_ problem: FieldProblem, fields: [String]) -> FieldProblem {
        if problem.field == "ttlSeconds" {
            return FieldProblem(
                "ttl", problem.code,
                "The time to live has to be longer than 0 and at most \(validation.limits.hours.upperBound)h.")
        }
        for (index, field) in fields.enumerated() where problem.field.hasPrefix("services[\(index)].") {
            return FieldProblem(field, problem.code, problem.message)
        }
        return problem
    }
}
