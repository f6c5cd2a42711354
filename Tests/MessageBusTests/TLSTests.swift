import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

/// A broker that only takes TLS, with certificates made by `openssl`.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct TLSTests {
    private struct Broker {
        let server: RabbitMQServer
        let folder: URL
        let port: Int

        func file(_ name: String) -> String { folder.appending(path: name).path }
    }

    private static let broker = Task {
        let folder = FileManager.default.temporaryDirectory.appending(path: "understudy-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let port = try RabbitMQServer.freePorts(1)[0]
        for name in ["ca", "stranger"] {
            try openssl(
                folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-keyout",
                "\(name).key", "-out", "\(name).crt")
        }
        try openssl(
            folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.csr")
        try openssl(
            folder, "x509", "-req", "-in", "server.csr", "-days", "2", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-CAcreateserial", "-copy_extensions", "copy", "-out", "server.crt")
        let server = try await RabbitMQServer.start(settings: [
            "listeners.ssl.1 = 127.0.0.1:\(port)",
            "ssl_options.cacertfile = \(folder.path)/ca.crt",
            "ssl_options.certfile = \(folder.path)/server.crt",
            "ssl_options.keyfile = \(folder.path)/server.key",
        ])
        return Broker(server: server, folder: folder, port: port)
    }

    private static func openssl(_ folder: URL, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }

    @Test func `messages go over TLS to a broker that the authority vouches for`() async throws {
        let broker = try await Self.broker.value
        let host = try await broker.server.makeVirtualHost()
        let handled = Record<String>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            handled.add(context.message.id)
            return []
        }
        let messages = try (0..<500).map { Message(try namespaceRequested($0), source: "worker") }
        try await withBus(
            "amqps://guest:guest@localhost:\(broker.port)/\(host.name)",
            configure: { $0.caFile = broker.file("ca.crt") }, consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            try await bus.publisher.publish(messages)
            try await eventually("all are handled") { handled.count == messages.count }
        }
    }

    @Test(arguments: [
        ("localhost", "stranger.crt", "a stranger's certificate"),
        ("127.0.0.1", "ca.crt", "another host's certificate"),
        ("localhost", "none.crt", "no authorities"),
    ])
    func `a broker that nobody vouches for is not talked to`(host: String, caFile: String, what: String) async throws {
        let broker = try await Self.broker.value
        var configuration = try RabbitMQConfiguration(url: "amqps://guest:guest@\(host):\(broker.port)")
        configuration.caFile = broker.file(caFile)
        let bus = MessageBus(service: "worker", configuration: configuration, logger: quiet)
        let running = Task { try await bus.run() }
        try await eventually("the connection to \(what) fails") {
            if case .connecting(.some) = bus.health.publisher { true } else { false }
        }
        running.cancel()
        try await running.value
    }
}
