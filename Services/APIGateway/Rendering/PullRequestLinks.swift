import PreviewDomain

/// Where people read the pull requests of resources, which name repository and number only.
struct PullRequestLinks: Sendable {
    /// The address, with `{repository}` and `{number}` in it.
    var template = "https://github.com/{repository}/pull/{number}"

    /// The pull request with its address, where it does not carry another one.
    func linked(_ pullRequest: PullRequest) -> PullRequest {
        var linked = pullRequest
        linked.url =
            pullRequest.url
            ?? template.replacing("{repository}", with: pullRequest.repository)
            .replacing("{number}", with: String(pullRequest.number))
        return linked
    }
}
