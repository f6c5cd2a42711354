import Foundation
import PreviewDomain

/// Checks a pull request that another system names. What is shown as a link has to be one.
struct PullRequestValidation: Sendable {
    /// The longest title or branch, in characters.
    private static let textLength = 250
    /// The longest address, in bytes.
    private static let urlBytes = 2000

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
        ] where text.map(Self.isTooLong) ?? false {
            problems.append(.init("\(field).\(name)", .tooLong, "It may have at most \(Self.textLength) characters."))
        }
        if let url = pullRequest.url {
            if url.utf8.count > Self.urlBytes {
                problems.append(.init("\(field).url", .tooLong, "It may have at most \(Self.urlBytes) bytes."))
            } else if !PullRequestLinks.isLink(url) {
                problems.append(.init("\(field).url", .invalid, "It has to begin with https:// or http://."))
            }
        }
        return problems
    }

    /// What is one character to a reader may be thousands of marks on top of each other.
    private static func isTooLong(_ text: String) -> Bool {
        text.utf8.count > textLength * 10 || text.count > textLength
    }
}
