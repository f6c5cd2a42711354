import KubernetesClient
import PreviewDomain

/// What a PreviewEnvironment asks for: a preview of a pull request.
struct EnvironmentSpecification: Sendable, Equatable {
    var pullRequest: PullRequest
    var services: [String]
    var ttlSeconds: Int

    /// Where the schema's default did not apply, as for objects from before it had one.
    static let defaultTTL = "4h"

    /// On the resource: what the pull request's author called it, and where it is read. For people only.
    static let titleAnnotation = "understudy.dev/pull-request-title"
    static let urlAnnotation = "understudy.dev/pull-request-url"
    private static let titleLength = 250

    /// Reads a specification, and what the resource's annotations tell beside it.
    ///
    /// - Throws: what is wrong with it that the schema lets through.
    init(_ spec: JSONValue?, annotations: [String: String] = [:]) throws(EnvironmentProblem) {
        guard let repository = spec["repository"].string else { throw .missing("spec.repository") }
        guard let number = spec["prNumber"].int else { throw .missing("spec.prNumber") }
        guard let headSHA = spec["headSHA"].string else { throw .missing("spec.headSHA") }
        let ttl = spec["ttl"].string ?? Self.defaultTTL
        guard let duration = GoDuration(ttl), duration.nanoseconds > 0 else {
            throw EnvironmentProblem(
                field: "spec.ttl", message: "\(ttl) is no time to live; write a duration such as 4h, at most 168h.")
        }
        pullRequest = PullRequest(
            repository: repository, number: number, headSHA: headSHA, headBranch: spec["headBranch"].string,
            baseBranch: spec["baseBranch"].string,
            title: annotations[Self.titleAnnotation].map { String($0.prefix(Self.titleLength)) },
            url: annotations[Self.urlAnnotation])
        services = (spec["services"].array ?? []).compactMap(\.string)
        ttlSeconds = duration.seconds
    }
}

/// What is wrong with a PreviewEnvironment so that it can't even be asked for.
struct EnvironmentProblem: Error, Equatable {
    var field: String
    var message: String

    /// Only Understudy makes resources that show previews, and only where the cluster is configured so.
    static let notAMirror = EnvironmentProblem(
        field: "spec.preview",
        message: "Understudy sets it on resources that it makes; name repository, prNumber and headSHA instead.")

    static func missing(_ field: String) -> EnvironmentProblem {
        EnvironmentProblem(field: field, message: "\(field) is missing.")
    }
}

extension KubernetesObject {
    /// The program that wrote the specification last, as far as the object tells; people it doesn't know.
    var lastWriter: String {
        let entries = (value["metadata"]["managedFields"].array ?? []).filter { entry in
            entry["subresource"].string == nil && entry["fieldsV1"]["f:spec"] != nil
        }
        let newest = entries.max { ($0["time"].string ?? "") < ($1["time"].string ?? "") }
        let manager = newest?["manager"].string ?? "unknown"
        // kubectl names itself by what it was told to do: kubectl-client-side-apply, kubectl-edit.
        return manager.hasPrefix("kubectl-") ? "kubectl" : manager
    }
}
