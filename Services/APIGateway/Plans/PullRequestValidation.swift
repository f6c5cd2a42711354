import Foundation
import PreviewDomain

/// Checks a pull request that another system names. What is shown as a link has to be one.
struct PullRequestValidation: Sendable {
    func problems(of pullRequest: PullRequest, field: String = "pullRequest") -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let parts = pullRequest.repository.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count != 2 || parts.contains(where: \.isEmpty) || pullRequest.repository.utf8.count > 200 {
            problems.append(.init("\(field).repository", .invalid, "A repository is written owner/name."))
        }
        if pullRequest.number < 1 {
            problems.append(.init("\(field).number", .outOfRange, "Pull requests are numbered from 1."))
        }
        if pullRequest.headSHA.wholeMatch(of: /[0-9a-f]{40}|[0-9a-f]{64}/) == nil {
            let message = "The commit is named by its whole SHA, in lowercase hexadecimal digits."
            problems.append(.init("\(field).headSHA", .invalid, message))
        }
        for (name, text) in [
            ("title", pullRequest.title), ("headBranch", pullRequest.headBranch),
            ("baseBranch", pullRequest.baseBranch),
        ] where (text?.count ?? 0) > 250 {
            problems.append(.init("\(field).\(name)", .tooLong, "It may have at most 250 characters."))
        }
        if let url = pullRequest.url, !PullRequestLinks.isLink(url) {
            problems.append(.init("\(field).url", .invalid, "It has to begin with https:// or http://."))
        }
        return problems
    }
}
