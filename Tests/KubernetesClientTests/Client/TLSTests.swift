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
    func `a server of another authority is not spoken to while it shows that`(authority: String?) async throws {
        let server = try await TLSServer.start()
        let configuration = try server.configuration(authority: authority)
        let error = await #expect(throws: KubernetesError.self) { try await page(configuration) }
        guard case .transport(let failure) = error?.cause else {
            Issue.record("expected a transport failure, not \(String(describing: error))")
            return
        }
        #expect(failure.kind == .tlsFailed)
        #expect(failure.certificateFault == .untrusted)
        #expect(error?.failureClass == .transient(retryAfter: nil))
        var trusting = configuration
        trusting.skipsVerification = true
        #expect(try await page(trusting).contains("no client certificate available"))
    }

    @Test func `a server whose certificate is being replaced is asked again`() async throws {
        // The first two connections are shown the certificate of another authority.
        let server = try await TLSServer.start(python: Self.rotating, ["other", "other", "server"])
        var options = ClientOptions()
        options.firstRetryDelay = .milliseconds(1)
        let client = KubernetesClient(
            configuration: try server.configuration(), fieldManager: "tester", options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        // A creation: nothing was sent, so sending it again does no harm.
        let created = try await client.create(KubernetesObject(configMap("a", version: 1)), as: .configMaps)
        #expect(created.name == "a")
        let shown = server.output.split(separator: "\n").filter { $0.hasPrefix("shown") }
        #expect(shown == ["shown other", "shown other", "shown server"])
    }

    /// Shows the certificates that its arguments name, one a connection, and answers with what it is sent.
    private static let rotating = #"""
        import socket, ssl, sys
        listener = socket.create_server(("127.0.0.1", 0))
        print("PORT :%d" % listener.getsockname()[1])
        for name in sys.argv[1:]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(name + ".pem", name + ".key")
            plain = listener.accept()[0]
            print("shown " + name)
            try:
                connection = context.wrap_socket(plain, server_side=True)
                received = b""
                while b"\r\n\r\n" not in received: received += connection.recv(65536)
                head, body = received.split(b"\r\n\r\n", 1)
                length = next(int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length"))
                while len(body) < length: body += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % length + body)
                connection.close()
            except (ssl.SSLError, ConnectionError):
                plain.close()
        """#

    @Test func `certificates of our own that cannot be used are a fault for good`() async throws {
        let server = try await TLSServer.start()
        var mismatched = try server.configuration()
        mismatched.clientCertificate = try server.certificates.file("client.pem")
        mismatched.clientKey = try server.certificates.file("server.key")
        var garbled = try server.configuration()
        garbled.certificateAuthority = Data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        for configuration in [mismatched, garbled] {
            let error = await #expect(throws: KubernetesError.self) { try await page(configuration) }
            guard case .transport(let failure) = error?.cause else {
                Issue.record("expected a transport failure, not \(String(describing: error))")
                return
            }
            #expect(failure.kind == .certificateUnusable)
            #expect(error?.failureClass == .permanent)
        }
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
