import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

@Suite struct EnvironmentSpecificationTests {
    @Test(arguments: [
        ("4h", 14_400), ("30m", 1_800), ("2h30m", 9_000), ("1h30m", 5_400), ("1.5h", 5_400), (".5h", 1_800),
        ("90s", 90), ("100ms", 1), ("1m500ms", 61), ("1000000µs", 1), ("168h", 604_800),
    ])
    func `durations are read as Go reads them`(text: String, seconds: Int) {
        #expect(GoDuration(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "4", "h", "4d", "-4h", "+4h", "4h 30m", ".h", "4H", "1h-30m", "9223372036854775807h"])
    func `what is no duration is not read`(text: String) {
        #expect(GoDuration(text) == nil)
    }

    private static let sha = "1234567890abcdef1234567890abcdef12345678"

    private static func pullRequest(branch: String? = "feature/auth_2.0+x") -> PullRequest {
        PullRequest(repository: "acme/shop", number: 123, headSHA: sha, headBranch: branch)
    }

    @Test(arguments: [
        ("{headSHA}", sha), ("{shortSHA}", "1234567"), ("pr-{prNumber}-{shortSHA}", "pr-123-1234567"),
        ("{headBranch}", "feature-auth_2.0-x"), ("1.0.{prNumber}", "1.0.123"), (".{prNumber}", "123"),
    ])
    func `a version is made of the pull request by its template`(template: String, version: String) throws {
        #expect(try #require(VersionTemplate(template)).version(of: Self.pullRequest()) == version)
    }

    @Test func `a version is never longer than a tag may be, and two long branches never become one`() throws {
        let template = try #require(VersionTemplate("{headBranch}"))
        let versions = ["a", "b"].map {
            template.version(of: Self.pullRequest(branch: String(repeating: "x", count: 200) + $0))
        }
        #expect(versions.allSatisfy { $0.utf8.count <= 128 })
        #expect(Set(versions).count == 2)
    }

    @Test(arguments: ["", "{sha}", "{headSHA", "headSHA}", "{}", "{{headSHA}}"])
    func `a template that cannot be filled is refused`(text: String) {
        #expect(VersionTemplate(text) == nil)
    }

    @Test func `a specification is read with its defaults`() throws {
        let specification = try EnvironmentSpecification([
            "repository": "acme/shop", "prNumber": 123, "headSHA": .string(Self.sha), "services": ["api", "shop/web"],
        ])
        #expect(specification.pullRequest == Self.pullRequest(branch: nil))
        #expect(specification.services == ["api", "shop/web"])
        #expect(specification.ttlSeconds == 14_400)
    }

    @Test func `annotations tell what the pull request is called and where it is read`() throws {
        let specification = try EnvironmentSpecification(
            ["repository": "acme/shop", "prNumber": 123, "headSHA": .string(Self.sha)],
            annotations: [
                "understudy.dev/pull-request-title": String(repeating: "é", count: 300),
                "understudy.dev/pull-request-url": "https://git.example.com/acme/shop/pulls/123",
            ])
        #expect(specification.pullRequest.title == String(repeating: "é", count: 250))
        #expect(specification.pullRequest.url == "https://git.example.com/acme/shop/pulls/123")
    }

    @Test(
        arguments: [
            (["prNumber": 1, "headSHA": "x"], "spec.repository"),
            (["repository": "a/b", "headSHA": "x"], "spec.prNumber"),
            (["repository": "a/b", "prNumber": 1], "spec.headSHA"),
            (["repository": "a/b", "prNumber": 1, "headSHA": "x", "ttl": "0h"], "spec.ttl"),
            (["repository": "a/b", "prNumber": 1, "headSHA": "x", "ttl": "99999999999h"], "spec.ttl"),
        ] as [(JSONValue, String)])
    func `what the schema may let through is named`(spec: JSONValue, field: String) {
        let problem = #expect(throws: EnvironmentProblem.self) { try EnvironmentSpecification(spec) }
        #expect(problem?.field == field)
    }

    @Test(
        arguments: [
            (["kubectl-client-side-apply"], "kubectl"), (["kubectl-edit"], "kubectl"), (["kubectl"], "kubectl"),
            (["argocd-controller", "kubectl-patch"], "kubectl"),
            (["kubectl-create", "argocd-controller"], "argocd-controller"),
            (["kubectlike"], "kubectlike"), ([], "unknown"),
        ] as [([String], String)])
    func `the program that wrote a resource last is told by its name, without what it was told to do`(
        managers: [String], writer: String
    ) {
        var entries: [JSONValue] = managers.enumerated().map { index, manager in
            ["manager": .string(manager), "time": .string("2026-11-21T08:00:0\(index)Z"), "fieldsV1": ["f:spec": [:]]]
        }
        // Neither who writes the status nor who labels it has ordered anything.
        entries += [
            [
                "manager": "provisioner", "subresource": "status", "time": "2026-11-21T09:00:00Z",
                "fieldsV1": ["f:spec": [:]],
            ],
            ["manager": "kubectl-label", "time": "2026-11-21T09:00:00Z", "fieldsV1": ["f:metadata": [:]]],
        ]
        let object = KubernetesObject(["metadata": ["name": "pr-1", "managedFields": .array(entries)]])
        #expect(object.lastWriter == writer)
    }
}
