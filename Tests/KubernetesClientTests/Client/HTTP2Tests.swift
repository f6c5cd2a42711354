import KubernetesClient
import Testing

/// Against a server that speaks HTTP/2 over TLS, frame by frame, as an API server does.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
    /// Answers when a connection has `argv[1]` requests open, the last one first. With a second argument, the first
    /// connection never answers. Prints what it sees.
    private static let server = #"""
        import json, socket, ssl, struct, sys, threading

        gather, silent = int(sys.argv[1]), len(sys.argv) > 2
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("server.pem", "server.key")
        context.set_alpn_protocols(["h2"])
        listener = socket.create_server(("127.0.0.1", 0))
        print("PORT :%d" % listener.getsockname()[1])

        def serve(raw, number):
            stream = context.wrap_socket(raw, server_side=True)
            reader = stream.makefile("rb")
            print("connection %d speaks %s" % (number, stream.selected_alpn_protocol()))
            reader.read(24)

            def send(kind, flags, identifier, payload=b""):
                stream.sendall(struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", identifier) + payload)

            send(4, 0, 0)
            waiting = []
            while len(head := reader.read(9)) == 9:
                length, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
                identifier, payload = struct.unpack(">I", head[5:])[0], reader.read(length)
                if kind == 4 and not flags & 1: send(4, 1, 0)
                if kind == 6 and not flags & 1: send(6, 1, 0, payload)
                if kind == 1 and flags & 1:
                    waiting.append(identifier)
                    print("connection %d has a request" % number)
                    if silent and number == 0 or len(waiting) < gather: continue
                    for one in reversed(waiting):
                        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "stream-%d" % one}}
                        send(1, 4, one, b"\x88")
                        send(0, 1, one, json.dumps(body).encode())
                    waiting = []

        number = 0
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw, number), daemon=True).start()
            number += 1
        """#

    private func client(_ server: TLSServer, _ timeout: Duration = .seconds(20)) throws -> KubernetesClient {
        var options = ClientOptions()
        options.requestTimeout = timeout
        options.firstRetryDelay = .milliseconds(1)
        return KubernetesClient(configuration: try server.configuration(), fieldManager: "tester", options: options)
    }

    @Test func `many requests share one connection`() async throws {
        let server = try await TLSServer.start(python: Self.server, ["20"])
        let client = try client(server)
        let names = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 {
                group.addTask { try await client.get(.configMaps, name: "a", namespace: "shop")?.name }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names.count == 20)
        #expect(names.contains("stream-1"))
        let lines = server.output.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("connection") && $0.contains("speaks") } == ["connection 0 speaks h2"])
    }

    @Test func `after a silence another connection is tried`() async throws {
        let server = try await TLSServer.start(python: Self.server, ["1", "silent"])
        let name = try await client(server, .seconds(3)).get(.configMaps, name: "a", namespace: "shop")?.name
        #expect(name == "stream-1")
        let requests = server.output.split(separator: "\n").filter { $0.hasSuffix("has a request") }
        #expect(requests == ["connection 0 has a request", "connection 1 has a request"])
    }
}
