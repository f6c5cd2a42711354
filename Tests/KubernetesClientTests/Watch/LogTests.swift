import Foundation
import KubernetesClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct LogTests {
    private func lines(_ logs: LogSequence) async throws -> [String] {
        var lines: [String] = []
        for try await line in logs { lines.append(line) }
        return lines
    }

    @Test func `lines come as they are written, whole, until the container ends`() async throws {
        let gate = Gate()
        let server = try ScriptedServer { _ in
            [
                .chunkedHead, .chunk("one\ntw"), .wait(gate), .chunk("o ä\n\n"), .chunk("last without break"),
                .lastChunk,
            ]
        }
        defer { server.stop() }
        let since = Date(timeIntervalSince1970: 1_700_000_000)
        let logs = server.client().followLogs(
            pod: "p", namespace: "shop", container: "c", tailLines: 5, since: since, timestamps: true)
        var iterator = logs.makeAsyncIterator()
        #expect(try await iterator.next() == "one")
        gate.open()
        #expect(try await iterator.next() == "two ä")
        #expect(try await iterator.next() == "")
        #expect(try await iterator.next() == "last without break")
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
        let request = try #require(server.requests.first)
        #expect(request.path == "/api/v1/namespaces/shop/pods/p/log")
        #expect(
            request.query == [
                "follow": "true", "container": "c", "tailLines": "5", "sinceTime": "2023-11-14T22:13:20Z",
                "timestamps": "true",
            ])
        #expect(server.requests.count == 1)
    }

    @Test func `a connection that breaks off is an error, and a refusal is one at once`() async throws {
        let server = try ScriptedServer { request in
            request.path.contains("absent")
                ? [.refusal(404, "NotFound", details: ["name": "absent"])]
                : [.chunkedHead, .chunk("one\n"), .close]
        }
        defer { server.stop() }
        let client = server.client()
        var iterator = client.followLogs(pod: "p", namespace: "shop").makeAsyncIterator()
        #expect(try await iterator.next() == "one")
        let broken = await #expect(throws: KubernetesError.self) { try await iterator.next() }
        #expect(broken?.isTransient == true)
        let absent = await #expect(throws: KubernetesError.self) {
            try await lines(client.followLogs(pod: "absent", namespace: "shop"))
        }
        #expect(absent?.isNotFound == true)
    }

    @Test func `a line without end comes in pieces`() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk(piece), .chunk("rest\nnext\n"), .lastChunk] }
        defer { server.stop() }
        let all = try await lines(server.client().followLogs(pod: "p", namespace: "shop"))
        #expect(all.joined() == piece + "restnext")
        #expect(all.last == "next")
    }

    @Test func `giving up ends the request`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk("one\n"), .waitForClose] }
        defer { server.stop() }
        let client = server.client()
        let reading = Task {
            for try await _ in client.followLogs(pod: "p", namespace: "shop") {}
        }
        #expect(await eventually { server.requests.count == 1 })
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        #expect(await eventually { server.closed.isOpen })
    }
}
