import Foundation
import Logging
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

    @Test func `a token whose file cannot be read again serves on`() throws {
        let folder = TestFolder()
        let path = try folder.write("token", "one\n")
        let file = TokenFile(path: path, logger: .init(label: "test"))
        let first = try file.current()
        #expect(first.authorization == "Bearer one")
        try FileManager.default.removeItem(atPath: path)
        #expect(file.refuse(first))
        #expect(try file.current() == first)
        try folder.write("token", "two")
        let second = try file.current()
        #expect(second.authorization == "Bearer two")
        // A late refusal of the first one is not about the second.
        #expect(file.refuse(first))
        try folder.write("token", "three")
        #expect(try file.current() == second)
        #expect(throws: KubernetesConfigurationError.self) {
            try TokenFile(path: folder.path("missing"), logger: .init(label: "test")).current()
        }
    }
}
