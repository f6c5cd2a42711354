import Foundation
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct TransportTests {
    private func get(
        _ server: ScriptedServer, _ path: String = "/", _ delivery: HTTPRequest.Delivery = .whole(limit: 1 << 20),
        timeout: Duration? = nil, idleTimeout: Duration? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: "GET", url: server.url + path, delivery: delivery, timeout: timeout, idleTimeout: idleTimeout)
    }

    @Test func `method, headers and body arrive, and the answer comes back`() async throws {
        let server = try ScriptedServer { _ in [.answer(201, "done", headers: ["X-One": "1", "x-one": "2"])] }
        defer { server.stop() }
        var request = HTTPRequest(method: "PATCH", url: server.url + "/a%20b?c=%C3%A4")
        request.headers = [("Content-Type", "text/plain"), ("X-Mine", "yes")]
        request.body = Array(repeating: 0x61, count: 100_000)
        let response = try await CurlTransport(HTTPConnectionSettings()).send(request)
        #expect(response.head.status == 201)
        #expect(response.body == Array("done".utf8))
        let seen = try #require(server.requests.first)
        #expect(seen.method == "PATCH")
        #expect(seen.path == "/a b")
        #expect(seen.query == ["c": "ä"])
        #expect(seen.headers["x-mine"] == "yes")
        #expect(seen.headers["expect"] == nil)
        #expect(seen.body.count == 100_000)
    }

    @Test func `connections are kept and used again`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, "x")] }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        for _ in 0..<20 { _ = try await transport.send(get(server)) }
        #expect(server.connectionCount == 1)
        #expect(server.requests.count == 20)
    }

    @Test func `a connection that the server closed is replaced`() async throws {
        let server = try ScriptedServer { $0.index == 0 ? [.answer(200, "a"), .close] : [.answer(200, "b")] }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        #expect(try await transport.send(get(server)).body == Array("a".utf8))
        #expect(try await transport.send(get(server)).body == Array("b".utf8))
    }

    @Test func `many requests run at once on one thread`() async throws {
        let gate = Gate()
        let server = try ScriptedServer { request in [.wait(gate), .answer(200, request.path)] }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                let request = get(server, "/\(number)")
                group.addTask { try await transport.send(request).body == Array("/\(number)".utf8) }
            }
            #expect(await eventually { server.requests.count == 100 })
            gate.open()
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", TransportFailure.Kind.interrupted),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .interrupted), ("", .interrupted),
        ("this is not HTTP\r\n\r\n", .interrupted), ("HTTP/1.1 200 OK\r\n", .interrupted),
    ])
    func `an answer that breaks off is an error`(text: String, kind: TransportFailure.Kind) async throws {
        let server = try ScriptedServer { _ in [.send(text), .close] }
        defer { server.stop() }
        let failure = await #expect(throws: TransportFailure.self) {
            try await CurlTransport(HTTPConnectionSettings()).send(get(server))
        }
        #expect(failure?.kind == kind)
    }

    @Test func `an answer beyond the limit is refused`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, String(repeating: "x", count: 300_000))] }
        defer { server.stop() }
        let small = get(server, "/", .whole(limit: 299_999))
        let failure = await #expect(throws: TransportFailure.self) {
            try await CurlTransport(HTTPConnectionSettings()).send(small)
        }
        #expect(failure?.kind == .tooLarge)
        let large = get(server, "/", .whole(limit: 300_000))
        #expect(try await CurlTransport(HTTPConnectionSettings()).send(large).body.count == 300_000)
    }

    @Test func `a server that is not there, or never answers, is an error in time`() async throws {
        let server = try ScriptedServer { _ in [.waitForClose] }
        let request = get(server, timeout: .seconds(1))
        let transport = CurlTransport(HTTPConnectionSettings())
        let silent = await #expect(throws: TransportFailure.self) { try await transport.send(request) }
        #expect(silent?.kind == .timedOut)
        server.stop()
        #expect(await eventually { server.closed.isOpen })
        let absent = await #expect(throws: TransportFailure.self) {
            try await CurlTransport(HTTPConnectionSettings()).send(get(server))
        }
        #expect(absent?.kind == .notConnected)
        #expect(absent?.isBeforeSending == true)
    }

    @Test func `an answer that pauses longer than the idle limit is given up`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk("a"), .waitForClose] }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        let stream = try transport.open(get(server, "/", .streamed(window: 1000), idleTimeout: .seconds(2)))
        #expect(try await stream.next() == Array("a".utf8))
        let failure = await #expect(throws: TransportFailure.self) { try await stream.next() }
        #expect(failure?.kind == .timedOut)
        #expect(await eventually { server.closed.isOpen })
    }

    @Test func `cancelling a task releases its connection`() async throws {
        let server = try ScriptedServer { _ in [.waitForClose] }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        let request = get(server)
        let task = Task { try await transport.send(request) }
        #expect(await eventually { server.requests.count == 1 })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await eventually { server.closed.isOpen })
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await transport.send(request) }
                try await group.waitForAll()
            }
        }
    }

    @Test func `pieces of a streamed answer come as they are sent`() async throws {
        let gate = Gate()
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk("one"), .wait(gate), .chunk("two"), .lastChunk] }
        defer { server.stop() }
        let request = get(server, "/", .streamed(window: 1000))
        let transport = CurlTransport(HTTPConnectionSettings())
        let stream = try transport.open(request)
        #expect(try await stream.head().status == 200)
        #expect(try await stream.next() == Array("one".utf8))
        gate.open()
        #expect(try await stream.next() == Array("two".utf8))
        #expect(try await stream.next() == nil)
    }

    @Test func `a slow reader slows the server down and still gets every byte`() async throws {
        let piece = String(repeating: "0123456789abcdef", count: 4096)
        let server = try ScriptedServer { _ in
            [.chunkedHead] + Array(repeating: .chunk(piece), count: 300) + [.lastChunk]
        }
        defer { server.stop() }
        let transport = CurlTransport(HTTPConnectionSettings())
        let stream = try transport.open(get(server, "/", .streamed(window: 100_000), idleTimeout: .seconds(30)))
        var count = 0
        var largest = 0
        while let bytes = try await stream.next() {
            count += bytes.count
            largest = max(largest, bytes.count)
            if count < 1_000_000 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(count == piece.utf8.count * 300)
        #expect(largest <= 120_000)
    }

    @Test func `giving a stream up releases its connection`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk("one"), .waitForClose] }
        defer { server.stop() }
        let request = get(server, "/", .streamed(window: 1000))
        let transport = CurlTransport(HTTPConnectionSettings())
        do {
            let stream = try transport.open(request)
            #expect(try await stream.next() == Array("one".utf8))
        }
        #expect(await eventually { server.closed.isOpen })
    }

    @Test func `the last copy takes the connections with it`() async throws {
        let server = try ScriptedServer { _ in [.waitForClose] }
        defer { server.stop() }
        var transport: CurlTransport? = CurlTransport(HTTPConnectionSettings())
        let stream = try #require(try transport?.open(get(server, "/", .streamed(window: 1000))))
        #expect(await eventually { server.requests.count == 1 })
        transport = nil
        let failure = await #expect(throws: TransportFailure.self) { try await stream.next() }
        #expect(failure?.kind == .closed)
        #expect(await eventually { server.closed.isOpen })
    }
}
