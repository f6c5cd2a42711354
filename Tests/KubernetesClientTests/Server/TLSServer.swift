import Foundation
import KubernetesClient

/// Certificates for tests, made with openssl: two authorities, `ca` and `other`, and what the first one signed.
struct TestCertificates: Sendable {
    let folder = TestFolder()

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    /// A server's certificate for `kubernetes.test` and 127.0.0.1, and a client's.
    static func make() async throws -> TestCertificates {
        let certificates = TestCertificates()
        try await certificates.authority("ca")
        try await certificates.authority("other")
        try await certificates.certificate("server", names: "DNS:kubernetes.test,IP:127.0.0.1")
        try await certificates.certificate("client", names: "DNS:client.test")
        return certificates
    }

    private func authority(_ name: String) async throws {
        let options = ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"]
        try await Program.run("openssl", ["req", "-x509", "-days", "2"] + options + Self.key, in: folder.url)
    }

    private func certificate(_ name: String, names: String) async throws {
        try await Program.run(
            "openssl",
            [
                "req", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)", "-keyout", "\(name).key",
                "-out", "\(name).csr",
            ] + Self.key, in: folder.url)
        try await Program.run(
            "openssl",
            [
                "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-copy_extensions", "copy", "-out", "\(name).pem",
            ], in: folder.url)
    }

    func file(_ name: String) throws -> Data {
        try Data(contentsOf: folder.url.appendingPathComponent(name))
    }
}

/// A real TLS server: `openssl s_server`, which answers each request with a page about the connection, or a program.
final class TLSServer: Sendable {
    let certificates: TestCertificates
    let port: Int
    private let program: Program

    private init(certificates: TestCertificates, port: Int, program: Program) {
        self.certificates = certificates
        self.port = port
        self.program = program
    }

    static func start(_ options: [String] = []) async throws -> TLSServer {
        let certificates = try await TestCertificates.make()
        let program = try Program(
            "openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-www"] + options,
            in: certificates.folder.url, stopSignal: SIGKILL)
        return try await start(program, certificates, announcement: "ACCEPT ")
    }

    /// Starts a Python program that announces its port with `PORT :<number>`.
    static func start(
        python: String, _ arguments: [String], certificates: TestCertificates? = nil
    ) async throws -> TLSServer {
        let certificates = if let certificates { certificates } else { try await TestCertificates.make() }
        let file = try certificates.folder.write("server-\(UUID()).py", python)
        let program = try Program(
            "python3", ["-u", file] + arguments, in: certificates.folder.url, stopSignal: SIGKILL)
        return try await start(program, certificates, announcement: "PORT ")
    }

    private static func start(
        _ program: Program, _ certificates: TestCertificates, announcement: String
    ) async throws -> TLSServer {
        func port() -> Int? {
            let lines = program.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return lines.first { $0.hasPrefix(announcement) }?.split(separator: ":").last.flatMap { Int($0) }
        }
        guard await eventually({ port() != nil || !program.isRunning }), let port = port() else {
            throw Program.Failure(description: "the server did not start: \(program.output)")
        }
        return TLSServer(certificates: certificates, port: port, program: program)
    }

    deinit { program.stop() }

    /// What the program has written so far.
    var output: String { program.output }

    func configuration(host: String = "127.0.0.1", authority: String? = "ca.pem") throws -> KubernetesConfiguration {
        var configuration = KubernetesConfiguration(server: "https://\(host):\(port)")
        configuration.certificateAuthority = try authority.map(certificates.file)
        return configuration
    }
}
