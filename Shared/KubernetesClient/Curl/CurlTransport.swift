/// Sends HTTP requests through libcurl. All requests share one thread and a cache of connections; both go away with the
/// last copy of this.
final class CurlTransport: Sendable {
    private let driver: CurlDriver?

    init(_ settings: HTTPConnectionSettings) {
        driver = CurlDriver.start(settings)
    }

    deinit {
        driver?.stop()
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// Throws `TransportFailure`, or `CancellationError` when the task was cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        return try await exchange(request).response()
    }

    /// Sends a request whose answer is read as it comes.
    func open(_ request: HTTPRequest) throws -> HTTPStream {
        HTTPStream(try exchange(request))
    }

    private func exchange(_ request: HTTPRequest) throws(TransportFailure) -> HTTPExchange {
        guard let driver else { throw TransportFailure(kind: .closed, detail: "libcurl could not be initialised") }
        return driver.send(request)
    }
}
