import Foundation
import Testing

@testable import KubernetesClient

/// Exec plugins as real programs.
@Suite(.timeLimit(.minutes(1))) struct ExecPluginTests {
    private let plugins = PluginFolder()
    private var folder: TestFolder { plugins.folder }
    private var runs: Int { plugins.runs }

    private func configuration(_ server: ScriptedServer, exec: String) throws -> KubernetesConfiguration {
        let file = try folder.write(
            "config",
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: \(server.url)
                extensions:
                - {name: other, extension: {a: b}}
                - {name: client.authentication.k8s.io/exec, extension: {audience: here}}
            users: [{name: u, user: {exec: \(exec)}}]
            """)
        return try .load(kubeconfig: file)
    }

    private let simple = """
        {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable}
        """

    /// Goes on until the test's folder is removed.
    private let whileThere = "while [ -f plugin ]; do sleep 0.05; done"

    /// A server that takes any token for which the condition holds.
    private func server(_ isGood: @escaping @Sendable (String) -> Bool = { _ in true }) throws -> ScriptedServer {
        try ScriptedServer { request in
            let token = request.headers["authorization"]?.split(separator: " ").last.map(String.init) ?? ""
            return isGood(token)
                ? [.json(200, configMap(token, version: 1))] : [.refusal(401, "Unauthorized")]
        }
    }

    private func name(_ client: KubernetesClient) async throws -> String? {
        try await client.get(.configMaps, name: "a", namespace: "shop")?.name
    }

    @Test func `a plugin gets its arguments and environment, and its token is sent`() async throws {
        try plugins.write()
        let server = try server()
        defer { server.stop() }
        let client = server.client(
            try configuration(
                server,
                exec: """
                    {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never,
                     args: [get-token, "--cluster=a b"], env: [{name: GREETING, value: hello}]}
                    """))
        #expect(try await name(client) == "t1")
        #expect(try await name(client) == "t1")
        #expect(runs == 1)
        #expect(folder.text("arguments") == "get-token --cluster=a b\n")
        #expect(folder.text("environment") == "hello\n")
        let info = try JSONValue(parsing: Array(folder.text("info").utf8))
        #expect(
            info == [
                "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                "spec": ["interactive": false],
            ])
    }

    @Test func `a plugin of the older version is told about the cluster where it asks`() async throws {
        try plugins.write(version: "v1beta1")
        let server = try server()
        defer { server.stop() }
        let client = server.client(
            try configuration(
                server,
                exec: """
                    {command: ./plugin, apiVersion: client.authentication.k8s.io/v1beta1, provideClusterInfo: true}
                    """))
        #expect(try await name(client) == "t1")
        let info = try JSONValue(parsing: Array(folder.text("info").utf8))
        #expect(info["apiVersion"] == "client.authentication.k8s.io/v1beta1")
        #expect(info["spec"]["cluster"] == ["server": .string(server.url), "config": ["audience": "here"]])
    }

    @Test func `many requests wait for one run, and who gives up does not end it`() async throws {
        try plugins.write(before: "while [ ! -f go ]; do sleep 0.02; done")
        let server = try server()
        defer { server.stop() }
        let client = server.client(try configuration(server, exec: simple))
        let impatient = Task { try await name(client) }
        #expect(await eventually { runs == 1 })
        let names = Task {
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 { group.addTask { try await name(client) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        try folder.write("go", "")
        #expect(try await names.value == Array(repeating: "t1", count: 20))
        #expect(runs == 1)
    }

    @Test func `a token that the server refuses is fetched anew, once`() async throws {
        try plugins.write()
        let server = try server { $0 != "t1" }
        defer { server.stop() }
        let client = server.client(try configuration(server, exec: simple))
        #expect(try await name(client) == "t2")
        #expect(runs == 2)
    }

    @Test func `a server that refuses every token is not asked on and on`() async throws {
        try plugins.write()
        let server = try server { _ in false }
        defer { server.stop() }
        let client = server.client(try configuration(server, exec: simple))
        for _ in 0..<3 {
            let error = await #expect(throws: KubernetesError.self) { try await name(client) }
            #expect(error?.isUnauthorized == true)
        }
        #expect(runs == 2)
        var watch = client.watch(.configMaps).makeAsyncIterator()
        await #expect(throws: KubernetesError.self) { try await watch.next() }
    }

    @Test func `a plugin that does not end is ended, whatever it has started`() async throws {
        let path = try plugins.write(before: "(\(whileThere)) & \(whileThere)")
        let plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: path)
        let failure = await #expect(throws: ExecPluginFailure.self) {
            try await plugin.run(deadline: .milliseconds(200))
        }
        #expect(failure?.problem.contains("did not end") == true)
    }

    @Test(arguments: [
        ("exit 3", "status 3"), ("echo 'Run aws sso login' >&2; exit 1", "status 1: Run aws sso login"),
        ("kill -9 $$", "by a signal"), ("echo 'hunter2 no json'; exit 0", "no ExecCredential"),
        (#"echo '{"kind": "Other", "status": {"token": "hunter2"}}'; exit"#, "no ExecCredential"),
        (
            #"echo '{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential"}'; exit"#,
            "kubeconfig says client.authentication.k8s.io/v1"
        ),
        (
            #"echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {}}'; exit"#,
            "neither a token nor"
        ),
        (
            #"echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "#
                + #""status": {"token": "hunter2 x"}}'; exit"#, "its token holds a space"
        ), ("yes hunter2 | head -c 2000000; exit", "more than 1 MiB"),
    ])
    func `a plugin that fails is named with what to do, and is left alone for a while`(
        script: String, text: String
    ) async throws {
        try plugins.write(before: script)
        let server = try server()
        defer { server.stop() }
        let client = server.client(try configuration(server, exec: simple))
        for _ in 0..<3 {
            let error = await #expect(throws: KubernetesError.self) { try await name(client) }
            let description = error.map { "\($0)" } ?? ""
            #expect(description.contains(text), "\(description)")
            #expect(description.contains("plugin"))
            #expect(!description.contains("hunter2"))
            #expect(error?.isTransient == true)
        }
        // Of twelve attempts; how many fall between pauses of seconds is up to the machine.
        #expect((1..<12).contains(runs))
        #expect(server.requests.isEmpty)
    }

    @Test func `a plugin ends with its own exit, whatever it has started and left behind`() async throws {
        // It holds both of the plugin's outputs until the test is over.
        try plugins.write(before: "(\(whileThere)) &")
        let server = try server()
        defer { server.stop() }
        let client = server.client(try configuration(server, exec: simple))
        #expect(try await name(client) == "t1")
    }

    @Test func `a missing plugin's hint is passed on`() async throws {
        let server = try server()
        defer { server.stop() }
        for command in ["no-such-plugin", "./missing"] {
            let client = server.client(
                try configuration(
                    server,
                    exec: """
                        {command: \(command), apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never,
                         installHint: "brew install \\e[31mit"}
                        """))
            let error = await #expect(throws: KubernetesError.self) { try await name(client) }
            #expect("\(try #require(error))".hasSuffix("could not be started; brew install [31mit"))
        }
    }

    @Test func `a client certificate from a plugin is shown to the server`() async throws {
        let server = try await TLSServer.start(["-CAfile", "ca.pem", "-Verify", "1"])
        func line(_ name: String) throws -> String {
            JSONValue.string(String(decoding: try server.certificates.file(name), as: UTF8.self)).description
        }
        try folder.write(
            "credential.json",
            """
            {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {
             "clientCertificateData": \(try line("client.pem")), "clientKeyData": \(try line("client.key"))}}
            """)
        var configuration = try server.configuration()
        configuration.exec = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: "cat")
        configuration.exec?.arguments = [folder.path("credential.json")]
        let client = KubernetesClient(configuration: configuration, fieldManager: "tester")
        let page = String(decoding: try await client.raw("GET", "/").body, as: UTF8.self)
        #expect(page.contains("Subject: CN=client"))
    }
}
