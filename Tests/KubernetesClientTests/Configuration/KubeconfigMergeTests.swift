import Foundation
import KubernetesClient
import Testing

/// Several files in `KUBECONFIG`, compared with what the real kubectl makes of them.
@Suite(.timeLimit(.minutes(1))) struct KubeconfigMergeTests {
    private let folder = TestFolder()

    private func write() throws -> [String] {
        [
            try folder.write(
                "one/config",
                """
                clusters:
                - {name: c, cluster: {server: "https://one"}}
                - {name: relative, cluster: {server: "https://relative", certificate-authority: ca.pem}}
                users: [{name: u, user: {token: first}}]
                contexts: [{name: a, context: {cluster: c, user: u}}]
                """),
            try folder.write(
                "two/config",
                """
                current-context: b
                clusters: [{name: c, cluster: {server: "https://two", proxy-url: "http://two"}}]
                users: [{name: u, user: {username: second, password: p}}, {name: v, user: {tokenFile: ../token}}]
                contexts:
                - {name: a, context: {cluster: c, user: v, namespace: two}}
                - {name: b, context: {cluster: c, user: v, namespace: two}}
                - {name: r, context: {cluster: relative, user: u}}
                """),
            folder.path("missing"),
            try folder.write("three/config", "current-context: a\nkind: Config\napiVersion: v1"),
        ]
    }

    @Test func `of what two files name, the first one's counts as a whole`() throws {
        let files = try write()
        try folder.write("one/ca.pem", FakePEM.certificate)
        let current = try KubernetesConfiguration.load(kubeconfig: files.joined(separator: ":"))
        #expect(current.server == "https://one")
        #expect(current.proxy == nil)
        #expect(current.defaultNamespace == "two")
        #expect(current.token == .file(folder.path("two/../token")))
        let first = try KubernetesConfiguration.load(kubeconfigs: files, context: "a")
        #expect(first.token == .fixed("first"))
        #expect(first.basicLogin == nil)
        #expect(first.defaultNamespace == nil)
        let relative = try KubernetesConfiguration.load(kubeconfigs: files, context: "r")
        #expect(relative.certificateAuthority == Data(FakePEM.certificate.utf8))
    }

    @Test(arguments: ["a", "b", "r"]) func `kubectl merges them in the same way`(context: String) async throws {
        let files = try write()
        try folder.write("one/ca.pem", FakePEM.certificate)
        let program = try Program(
            "env",
            [
                "KUBECONFIG=\(files.joined(separator: ":"))", "kubectl", "config", "view", "--raw", "--minify",
                "--flatten", "--context", context, "--output", "json",
            ], in: folder.url)
        #expect(await eventually { !program.isRunning })
        let seen = try #require(try? JSONValue(parsing: Array(program.output.utf8)), "kubectl: \(program.output)")
        let ours = try KubernetesConfiguration.load(kubeconfigs: files, context: context)
        let cluster = seen["clusters"][0]["cluster"]
        let user = seen["users"][0]["user"]
        #expect(cluster["server"].string == ours.server)
        #expect(cluster["proxy-url"].string == ours.proxy)
        #expect(cluster["certificate-authority-data"].string == ours.certificateAuthority?.base64EncodedString())
        #expect(user["username"].string == ours.basicLogin?.user)
        #expect(seen["contexts"][0]["context"]["namespace"].string == ours.defaultNamespace)
        switch ours.token {
        case .fixed(let text): #expect(user["token"].string == text)
        case .file(let path):
            // kubectl shows it as it was written, beside which file it was is ours to know.
            #expect(user["tokenFile"].string == "../token" && path == folder.path("two/../token"))
        case nil: #expect(user["token"] == nil && user["tokenFile"] == nil)
        }
    }
}
