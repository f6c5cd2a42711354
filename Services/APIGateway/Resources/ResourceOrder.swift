import Foundation
import PreviewDomain

/// Makes an order of what a resource asks for. Pure.
struct ResourceOrder: Sendable {
    let wish: PreviewApplyRequested
    let catalogue: Catalogue
    let validation: PreviewOrderValidation

    /// What the resource's services come to.
    ///
    /// - Throws: ``ResourceRefusal`` with everything that is wrong.
    func review() throws(ResourceRefusal) -> PreviewOrderValidation.Review {
        guard let cluster = catalogue.clusters[wish.resource.cluster] else {
            throw ResourceRefusal(
                code: "unknown-cluster",
                message: "The applications of cluster \(wish.resource.cluster) are not known yet.", isPassing: true)
        }
        let applications = try applications(of: cluster)
        let order = PreviewOrder(
            name: name, cluster: wish.resource.cluster, lifetime: .seconds(wish.ttlSeconds),
            services: applications.map {
                // What nothing in the cluster can reach has nothing to lead an address to.
                ServiceOrder(
                    application: $0.description, targetVersion: wish.targetVersion,
                    externalDNS: cluster.applications[$0]?.serviceNames.isEmpty == false)
            })
        let review = validation.review(order, catalogue: catalogue)
        guard review.problems.isEmpty else { throw .invalid(review.problems.map(resourceField)) }
        return review
    }

    /// For people: the repository, the number and the branch.
    private var name: String {
        let branch = wish.pullRequest.headBranch.map { " (\($0))" } ?? ""
        let name = "\(wish.pullRequest.repository)#\(wish.pullRequest.number)\(branch)"
        return String(name.prefix(validation.limits.nameLength))
    }

    private func applications(of cluster: Catalogue.Cluster) throws(ResourceRefusal) -> [ApplicationReference] {
        let all = cluster.applications.values.sorted { $0.reference.description < $1.reference.description }
        let own = all.filter { belongs($0) }
        guard !wish.services.isEmpty else {
            guard !own.isEmpty else {
                let message =
                    "No application of \(wish.pullRequest.repository) is known on \(cluster.name); name services, or name "
                    + "the repository on their Deployments: understudy.dev/repository."
                throw .invalid([FieldProblem("services", .required, message)])
            }
            return own.map(\.reference)
        }
        var found: [ApplicationReference] = []
        var problems: [FieldProblem] = []
        for (index, name) in wish.services.enumerated() {
            let matching = all.filter { $0.reference.description == name || $0.name == name }
            let candidates =
                matching.count > 1 && !matching.filter(belongs).isEmpty ? matching.filter(belongs) : matching
            switch candidates.count {
            case 1: found.append(candidates[0].reference)
            case 0:
                problems.append(
                    FieldProblem(
                        "services[\(index)]", .unknownApplication, "No application \(name) runs on \(cluster.name)."))
            default:
                let names = candidates.map(\.reference.description).joined(separator: ", ")
                problems.append(
                    FieldProblem(
                        "services[\(index)]", .invalid, "\(name) is ambiguous; write one of \(names)."))
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return found
    }

    private func belongs(_ application: Application) -> Bool {
        application.repositories.contains { $0.lowercased() == wish.pullRequest.repository.lowercased() }
    }

    /// The problem with the field as the resource calls it.
    private func resourceField(_ problem: FieldProblem) -> FieldProblem {
        guard problem.field == "ttlSeconds" else { return problem }
        return FieldProblem(
            "ttl", problem.code,
            "The time to live has to be longer than 0 and at most \(validation.limits.hours.upperBound)h.")
    }
}
