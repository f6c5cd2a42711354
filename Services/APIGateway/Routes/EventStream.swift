import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Server-sent events that follow what is committed.
struct EventStream: Sendable {
    let changes: ChangeSignal
    /// Whether the listener is still let in; the stream ends where not.
    let isAdmitted: @Sendable () async throws -> Bool
    /// What makes the stream count among its listener's.
    let place: StreamPlaces.Place
    /// How long the stream may be silent.
    var heartbeat: Duration = .seconds(15)

    /// An answer that lasts until the listener goes, is let in no longer, or the gateway stops.
    ///
    /// - Parameter send: writes the events that are new since it was last called, none at first if there are none;
    ///   called after each change. Returns whether it wrote anything.
    func response<Feed: Sendable>(
        _ feed: Feed, send: @escaping @Sendable (inout Feed, inout any ResponseBodyWriter) async throws -> Bool
    ) -> Response {
        let listener = changes.listen()
        let body = ResponseBody { [heartbeat, isAdmitted, place] writer in
            defer { withExtendedLifetime(place) {} }
            var (feed, lastWrite) = (feed, ContinuousClock.now)
            try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
            while !Task.isShuttingDownGracefully, !Task.isCancelled, try await isAdmitted() {
                if try await send(&feed, &writer) {
                    lastWrite = .now
                } else if lastWrite.duration(to: .now) >= heartbeat {
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    lastWrite = .now
                }
                await withGracefulShutdownHandler {
                    await listener.wait(atMost: heartbeat)
                } onGracefulShutdown: {
                    listener.wake()
                }
            }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }
}
