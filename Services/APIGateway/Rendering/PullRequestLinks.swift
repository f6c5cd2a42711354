import Foundation
import PreviewDomain

/// Where people read the pull requests of resources, which name repository and number only.
struct PullRequestLinks: Sendable {
    /// The address, with `{repository}` and `{number}` in it.
    var template = "https://github.com/{repository}/pull/{number}"

    /// The pull request with its address, where it does not carry another one that can be one.
    func linked(_ pullRequest: PullRequest) -> PullRequest {
        var linked = pullRequest
        linked.url =
            pullRequest.url.flatMap { Self.isLink($0) ? $0 : nil }
            ?? template.replacing("{repository}", with: pullRequest.repository)
            .replacing("{number}", with: String(pullRequest.number))
        return linked
    }

    /// Whether a text can be shown as a link.
    static func isLink(_ text: String) -> Bool {
        guard let scheme = URL(string: text)?.scheme?.lowercased() else { return false }
        return scheme == "https" || scheme == "http"
    }
}
