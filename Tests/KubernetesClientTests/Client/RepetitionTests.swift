import Foundation
import PreviewDomain
import Testing

@testable import KubernetesClient

/// What is sent again, and when.
@Suite(.timeLimit(.minutes(1))) struct RepetitionTests {
    @Test(
        arguments: [
            ("0", 0), ("17", 17), (" 5 ", 5), ("-1", nil), ("soon", nil), ("", nil),
            ("9223372036854775807", 86_400), ("Sun, 06 Nov 9994 08:49:47 GMT", 86_400),
            ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:47 CET", nil), ("Sun, 99 Nov 1994 08:49:47 GMT", nil),
        ] as [(String, Int?)])
    func `a server says how long to wait in seconds or by a date`(text: String, seconds: Int?) throws {
        let now = try #require(Timestamp.parse("1994-11-06T08:49:37Z"))
        #expect(RetryAfter.seconds(text, now: now) == seconds)
    }

    @Test func `a date to wait for is waited for, also by a creation`() async throws {
        let server = try ScriptedServer { request in
            guard request.index == 0 else { return [.json(201, configMap("a", version: 8))] }
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "UTC")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let date = formatter.string(from: Date() + 2)
            return [.refusal(429, "TooManyRequests", headers: ["Retry-After": date])]
        }
        defer { server.stop() }
        let start = ContinuousClock.now
        _ = try await server.client().create(KubernetesObject(configMap("a", version: 8)), as: .configMaps)
        #expect(ContinuousClock.now - start >= .seconds(1))
    }

    @Test func `a busy server is asked more often than a broken one`() async throws {
        let server = try ScriptedServer { _ in [.refusal(429, "TooManyRequests")] }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client().create(KubernetesObject(configMap("a", version: 8)), as: .configMaps)
        }
        #expect(error?.isTooManyRequests == true)
        #expect(server.requests.count == 10)
    }

    @Test func `a wish to wait for very long is handed on`() async throws {
        let server = try ScriptedServer { _ in
            [.refusal(503, "ServiceUnavailable", headers: ["Retry-After": "3600"])]
        }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) { try await server.client().version() }
        #expect(error?.failureClass == .transient(retryAfter: .seconds(3600)))
        #expect(server.requests.count == 1)
    }

    @Test func `half an object is never taken for a whole one`() async throws {
        let server = try ScriptedServer { request in
            switch request.index {
            case 0: [.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"kind\":"), .close]
            case 1: [.chunkedHead, .send("500\r\n{\"kind\":"), .close]
            case 2:
                [.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"kind\": \"ConfigMap\", \"metadata\""), .close]
            default: [.json(200, configMap("a", version: 8))]
            }
        }
        defer { server.stop() }
        #expect(try await server.client().get(.configMaps, name: "a", namespace: "shop")?.resourceVersion == "8")
        #expect(server.requests.count == 4)
    }

    @Test func `an answer that stays cut off is a transient error`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, #"{"items": [{"metadata": {"name": "a"}}, {"#)] }
        defer { server.stop() }
        let client = server.client()
        let error = await #expect(throws: KubernetesError.self) {
            try await client.list(.configMaps)
        }
        #expect(error?.failureClass == .transient(retryAfter: nil))
        #expect(server.requests.count == 4)
    }

    @Test func `a compressed answer is read`() async throws {
        let body = Array(configMap("a", version: 8).description.utf8)
        let server = try ScriptedServer { request in
            guard request.headers["accept-encoding"] == "gzip" else { return [.json(200, configMap("b", version: 1))] }
            let bytes = Gzip.stored(body)
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
            return [.send(head), .sendBytes(bytes)]
        }
        defer { server.stop() }
        #expect(try await server.client().get(.configMaps, name: "x", namespace: "shop")?.name == "a")
        var plain = KubernetesConfiguration(server: server.url)
        plain.disablesCompression = true
        #expect(try await server.client(plain).get(.configMaps, name: "x", namespace: "shop")?.name == "b")
    }
}

/// gzip's format without compression.
private enum Gzip {
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        func little(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        }
        let length = UInt32(bytes.count)
        return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2) + bytes
            + little(checksum(bytes), 4) + little(length, 4)
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in (sum >> 1) ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }
}
