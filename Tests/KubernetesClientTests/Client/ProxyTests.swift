import KubernetesClient
import Testing

/// Through real proxies to a real TLS server.
@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
    /// A proxy for `http`, `https` or `socks5` (`argv[1]`) that leads every name to 127.0.0.1 and prints where it was
    /// asked to go. Asks for a login where there is a second argument.
    private static let proxy = #"""
        import base64, socket, ssl, struct, sys, threading

        kind, login = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
        listener = socket.create_server(("127.0.0.1", 0))
        print("PORT :%d" % listener.getsockname()[1])

        def pump(source, sink):
            try:
                while data := source.recv(65536): sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError: pass

        def connect(client, host, port, yes):
            print("to %s:%d" % (host, port))
            server = socket.create_connection(("127.0.0.1", port))
            client.sendall(yes)
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            pump(client, server)

        def http(client):
            head = b""
            while not head.endswith(b"\r\n\r\n"): head += client.recv(1)
            lines = head.decode().split("\r\n")
            wanted = "proxy-authorization: basic " + base64.b64encode((login or "").encode()).decode().lower()
            if login and wanted not in [line.lower() for line in lines]:
                client.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
                return client.close()
            host, port = lines[0].split(" ")[1].rsplit(":", 1)
            connect(client, host, int(port), b"HTTP/1.1 200 Connected\r\n\r\n")

        def socks5(client):
            reader = client.makefile("rb", buffering=0)
            reader.read(reader.read(2)[1])
            client.sendall(b"\x05\x00")
            reader.read(3)
            form = reader.read(1)[0]
            host = reader.read(reader.read(1)[0]).decode() if form == 3 else "address " + socket.inet_ntoa(reader.read(4))
            connect(client, host, struct.unpack(">H", reader.read(2))[0], b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")

        def serve(client):
            if kind == "https":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain("server.pem", "server.key")
                client = context.wrap_socket(client, server_side=True)
            socks5(client) if kind == "socks5" else http(client)

        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()
        """#

    private func page(_ configuration: KubernetesConfiguration) async throws -> String {
        var options = ClientOptions()
        options.attempts = 1
        let client = KubernetesClient(configuration: configuration, fieldManager: "tester", options: options)
        return String(decoding: try await client.raw("GET", "/").body, as: UTF8.self)
    }

    @Test(arguments: ["http", "https", "socks5"])
    func `a proxy is gone through, and finds the server's name itself`(kind: String) async throws {
        let server = try await TLSServer.start()
        let proxy = try await TLSServer.start(python: Self.proxy, [kind], certificates: server.certificates)
        // Only the proxy knows where this name leads.
        var configuration = try server.configuration(host: "kubernetes.test")
        configuration.proxy = "\(kind)://127.0.0.1:\(proxy.port)"
        #expect(try await page(configuration).contains("no client certificate available"))
        #expect(proxy.output.contains("to kubernetes.test:\(server.port)\n"))
    }

    @Test func `a proxy's login is sent, and its refusal is told from the server's`() async throws {
        let server = try await TLSServer.start()
        let proxy = try await TLSServer.start(
            python: Self.proxy, ["http", "me:secret"], certificates: server.certificates)
        var configuration = try server.configuration()
        configuration.proxy = "http://me:secret@127.0.0.1:\(proxy.port)"
        #expect(try await page(configuration).contains("no client certificate available"))
        configuration.proxy = "http://me:wrong@127.0.0.1:\(proxy.port)"
        let refused = configuration
        let error = await #expect(throws: KubernetesError.self) { try await page(refused) }
        guard case .transport(let failure) = error?.cause else {
            Issue.record("expected a transport failure, not \(String(describing: error))")
            return
        }
        #expect(failure.kind == .notConnected)
        #expect(failure.detail.contains("407"))
        #expect(!failure.detail.contains("wrong"))
    }
}
