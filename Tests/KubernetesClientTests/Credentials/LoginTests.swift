import Foundation
import Logging
import PreviewDomain
import Testing

@testable import KubernetesClient

/// What requests carry to say who sends them.
@Suite(.timeLimit(.minutes(1))) struct LoginTests {
    private func headers(_ change: (inout KubernetesConfiguration) -> Void) async throws -> [String: String] {
        let server = try ScriptedServer { _ in [.json(200, configMap("a", version: 1))] }
        defer { server.stop() }
        var configuration = KubernetesConfiguration(server: server.url)
        change(&configuration)
        _ = try await server.client(configuration).get(.configMaps, name: "a", namespace: "shop")
        return server.requests.first?.headers ?? [:]
    }

    @Test func `a name and a password are sent as they are meant to be`() async throws {
        let headers = try await headers { $0.basicLogin = .init(user: "Aladdin", password: "open sesame") }
        #expect(headers["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    }

    @Test func `who a request is made as goes along`() async throws {
        var who = Impersonation(user: "deployer")
        who.groups = ["only"]
        who.uid = "7"
        who.extra = ["acme.com/Scope": ["view"]]
        let headers = try await headers { $0.impersonation = who }
        #expect(headers["impersonate-user"] == "deployer")
        #expect(headers["impersonate-group"] == "only")
        #expect(headers["impersonate-uid"] == "7")
        #expect(headers["impersonate-extra-acme.com%2fscope"] == "view")
        who.groups = ["a", "b"]
        #expect(who.headers.filter { $0.name == "Impersonate-Group" }.map(\.value) == ["a", "b"])
    }

    @Test(arguments: ["a\r\nX-Injected: yes", "a\u{0}", "a\u{7f}b"])
    func `a header never becomes two`(text: String) async throws {
        let server = try ScriptedServer { _ in [.json(200, configMap("a", version: 1))] }
        defer { server.stop() }
        var configuration = KubernetesConfiguration(server: server.url)
        configuration.impersonation = Impersonation(user: text)
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client(configuration).get(.configMaps, name: "a", namespace: "shop")
        }
        #expect(error?.failureClass == .permanent)
        let description = error.map { "\($0)" } ?? ""
        #expect(description.contains("Impersonate-User") && !description.contains("Injected"))
        await #expect(throws: KubernetesError.self) { try await server.client().raw("GET", "/", accept: text) }
        await #expect(throws: KubernetesError.self) { try await server.client().raw(text, "/") }
        await #expect(throws: KubernetesError.self) { try await server.client().raw("GET", "/\(text)") }
        #expect(server.requests.isEmpty)
    }

    @Test func `a token file with more than a token is refused`() throws {
        let folder = TestFolder()
        for text in ["", "\n", "one\ntwo", "one two", "one\u{0}"] {
            let path = try folder.write("token", text)
            #expect(throws: KubernetesConfigurationError.self) {
                try TokenFile(path: path, logger: Logger(label: "test")).current()
            }
        }
    }

    @Test func `a token that was replaced is read again`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        try "old\n".write(to: file, atomically: true, encoding: .utf8)
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] == "Bearer new" else {
                try? "new\n".write(to: file, atomically: true, encoding: .utf8)
                return [.refusal(401, "Unauthorized")]
            }
            return [.json(200, ["major": "1", "minor": "36", "gitVersion": "v1.36.2"])]
        }
        defer { server.stop() }
        var configuration = KubernetesConfiguration(server: server.url + "/")
        configuration.token = .file(file.path)
        let client = KubernetesClient(configuration: configuration, fieldManager: "tester")
        #expect(try await client.version().gitVersion == "v1.36.2")
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer old", "Bearer new"])
    }

    @Test func `a token whose file cannot be read again serves on`() throws {
        let folder = TestFolder()
        let path = try folder.write("token", "one\n")
        let file = TokenFile(path: path, logger: .init(label: "test"))
        let first = try file.current()
        #expect(first.authorization == "Bearer one")
        try FileManager.default.removeItem(atPath: path)
        file.refuse(first)
        #expect(try file.current() == first)
        try folder.write("token", "two")
        let second = try file.current()
        #expect(second.authorization == "Bearer two")
        // A late refusal of the first one is not about the second.
        file.refuse(first)
        try folder.write("token", "three")
        #expect(try file.current() == second)
        #expect(throws: KubernetesConfigurationError.self) {
            try TokenFile(path: folder.path("missing"), logger: .init(label: "test")).current()
        }
    }
}
