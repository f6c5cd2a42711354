import HTTPTypes
import Hummingbird
import NIOCore
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct StreamTests {
    private struct Discarding: ResponseBodyWriter {
        mutating func write(_ buffer: ByteBuffer) async throws {}
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    @Test func `a stream counts until it has ended, or nobody is there to read it`() async throws {
        let places = StreamPlaces(limit: 1)
        func response() throws -> Response {
            EventStream(changes: ChangeSignal(), isAdmitted: { false }, place: try places.take(for: "token a"))
                .response(0) { _, _ in false }
        }
        var dropped: Response? = try response()
        #expect(dropped != nil && places.count == 1)
        #expect(throws: Problem.self) { try places.take(for: "token a") }
        _ = try places.take(for: "token b")
        dropped = nil
        #expect(places.count == 0)
        try await response().body.write(Discarding())
        #expect(places.count == 0)
    }

    @Test func `beyond the limit streams are refused with when to try again`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.streamLimit = 0 }
        try await gateway.serving {
            let answer = try await gateway.call(.get, "/stream")
            #expect(answer.status == 429)
            #expect(answer.code == "too-many-streams")
            #expect(answer.headers[.retryAfter] == "30")
            let page = try await ConsoleClient(gateway, role: .viewer).get("/live")
            #expect(page.status == 429)
            #expect(page.headers[.retryAfter] == "30")
        }
    }
}
