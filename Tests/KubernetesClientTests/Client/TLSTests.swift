import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import Testing

/// Against a real TLS server, `openssl s_server`, with an authority of its own.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
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
        configuration.clientCertificate = try server.certificates.file("client.pem")
        configuration.clientKey = try server.certificates.file("client.key")
        #expect(try await page(configuration).contains("Subject: CN=client"))
    }
}
