import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import Testing

/// Against a real TLS server, `openssl s_server`, with an authority of its own.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    private final class TLSServer {
        let folder: URL
        let port: Int
        private let program: Program

        private init(folder: URL, port: Int, program: Program) {
            self.folder = folder
            self.port = port
            self.program = program
        }

        static func start(_ options: [String] = []) async throws -> TLSServer {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try await authority("ca", in: folder)
            try await authority("other", in: folder)
            try await certificate("server", names: "DNS:kubernetes.test,IP:127.0.0.1", in: folder)
            try await certificate("client", names: "DNS:client.test", in: folder)
            let program = try Program(
                "openssl",
                ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-www"] + options,
                in: folder, stopSignal: SIGKILL)
            func port() -> Int? {
                let lines = program.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                return lines.first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last.flatMap { Int($0) }
            }
            guard await eventually({ port() != nil }), let port = port() else {
                throw Program.Failure(description: "openssl s_server did not start: \(program.output)")
            }
            return TLSServer(folder: folder, port: port, program: program)
        }

        deinit {
            program.stop()
            try? FileManager.default.removeItem(at: folder)
        }

        private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

        private static func authority(_ name: String, in folder: URL) async throws {
            try await Program.run(
                "openssl",
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"]
                    + key, in: folder)
        }

        private static func certificate(_ name: String, names: String, in folder: URL) async throws {
            try await Program.run(
                "openssl",
                [
                    "req", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)", "-keyout", "\(name).key",
                    "-out", "\(name).csr",
                ] + key, in: folder)
            try await Program.run(
                "openssl",
                [
                    "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "2", "-copy_extensions", "copy", "-out", "\(name).pem",
                ], in: folder)
        }

        func file(_ name: String) throws -> Data {
            try Data(contentsOf: folder.appendingPathComponent(name))
        }

        func configuration(host: String = "127.0.0.1", authority: String? = "ca.pem") throws -> KubernetesConfiguration
        {
            var configuration = KubernetesConfiguration(server: "https://\(host):\(port)")
            configuration.certificateAuthority = try authority.map(file)
            return configuration
        }
    }

    private func page(_ configuration: KubernetesConfiguration) async throws -> String {
        var options = ClientOptions()
        options.attempts = 1
        let client = KubernetesClient(
            configuration: configuration, fieldManager: "tester", options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return String(decoding: try await client.raw("GET", "/").body, as: UTF8.self)
    }

    @Test func `a server is trusted by the authority in memory`() async throws {
        let server = try await TLSServer.start()
        #expect(try await page(server.configuration()).contains("no client certificate available"))
    }

    @Test(arguments: ["other.pem", nil])
    func `a server of another authority is refused for good`(authority: String?) async throws {
        let server = try await TLSServer.start()
        let configuration = try server.configuration(authority: authority)
        let error = await #expect(throws: KubernetesError.self) { try await page(configuration) }
        guard case .transport(let failure) = error?.cause else {
            Issue.record("expected a transport failure, not \(String(describing: error))")
            return
        }
        #expect(failure.kind == .tlsFailed)
        #expect(error?.failureClass == .permanent)
        var trusting = configuration
        trusting.skipsVerification = true
        #expect(try await page(trusting).contains("no client certificate available"))
    }

    @Test func `a certificate's name must match, or be the one that was configured`() async throws {
        let server = try await TLSServer.start()
        var configuration = try server.configuration(host: "localhost")
        let wrongName = configuration
        await #expect(throws: KubernetesError.self) { try await page(wrongName) }
        configuration.serverName = "kubernetes.test"
        #expect(try await page(configuration).contains("no client certificate available"))
    }

    @Test func `a client shows its certificate`() async throws {
        let server = try await TLSServer.start(["-CAfile", "ca.pem", "-Verify", "1"])
        var configuration = try server.configuration()
        configuration.clientCertificate = try server.file("client.pem")
        configuration.clientKey = try server.file("client.key")
        #expect(try await page(configuration).contains("Subject: CN=client"))
    }
}
