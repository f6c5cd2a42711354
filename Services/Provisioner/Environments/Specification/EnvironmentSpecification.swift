import KubernetesClient
import PreviewDomain

/// What a PreviewEnvironment asks for.
enum EnvironmentSpecification: Sendable, Equatable {
    /// A preview of a pull request.
    case pullRequest(PullRequest, services: [String], ttlSeconds: Int)
    /// To be shown: a preview that was made elsewhere.
    case preview(PreviewID)

    /// Where the schema's default did not apply, as for objects from before it had one.
    static let defaultTTL = "4h"

    /// Reads a specification.
    ///
    /// - Throws: what is wrong with it that the schema lets through.
    init(_ spec: JSONValue?) throws(EnvironmentProblem) {
        if let preview = spec["preview"].string {
            guard let id = PreviewID(rawValue: preview) else {
                throw EnvironmentProblem(field: "spec.preview", message: "\(preview) is no preview's id.")
            }
            self = .preview(id)
            return
        }
        guard let repository = spec["repository"].string else { throw .missing("spec.repository") }
        guard let number = spec["prNumber"].int else { throw .missing("spec.prNumber") }
        guard let headSHA = spec["headSHA"].string else { throw .missing("spec.headSHA") }
        let ttl = spec["ttl"].string ?? Self.defaultTTL
        guard let duration = GoDuration(ttl), duration.nanoseconds > 0 else {
            throw EnvironmentProblem(
                field: "spec.ttl", message: "\(ttl) is no time to live; write a duration such as 4h, at most 168h.")
        }
        self = .pullRequest(
            PullRequest(
                repository: repository, number: number, headSHA: headSHA, headBranch: spec["headBranch"].string,
                baseBranch: spec["baseBranch"].string),
            services: (spec["services"].array ?? []).compactMap(\.string), ttlSeconds: duration.seconds)
    }
}

/// What is wrong with a PreviewEnvironment so that it can't even be asked for.
struct EnvironmentProblem: Error, Equatable {
    var field: String
    var message: String

    static func missing(_ field: String) -> EnvironmentProblem {
        EnvironmentProblem(field: field, message: "\(field) is missing.")
    }
}

extension KubernetesObject {
    /// Who wrote the specification last, as far as the object tells.
    var lastWriter: String {
        let entries = (value["metadata"]["managedFields"].array ?? []).filter { entry in
            entry["subresource"].string == nil && entry["fieldsV1"]["f:spec"] != nil
        }
        let newest = entries.max { ($0["time"].string ?? "") < ($1["time"].string ?? "") }
        return newest?["manager"].string ?? "unknown"
    }
}
