/// Sends HTTP requests through libcurl. All requests share one thread and a cache of connections; both go away with the
/// last copy of this.
final class CurlTransport: Sendable {
    private let driver: CurlDriver?
    private let gate: ReachabilityGate?

    /// - Parameter gate: says when no request is to be sent, and ends those that wait then; `nil` for never.
    init(_ settings: HTTPConnectionSettings, gate: ReachabilityGate? = nil) {
        driver = CurlDriver.start(settings)
        self.gate = gate
    }

    deinit {
        driver?.stop()
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// Throws `TransportFailure`, or `CancellationError` when the task was cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let (exchange, passage) = try start(request, isAwaited: true)
        do {
            let response = try await exchange.response()
            passage?.end(isAnswered: !response.head.isOutage)
            return response
        } catch let failure as TransportFailure {
            passage?.end(isAnswered: false)
            throw failure
        } catch {
            // Whoever asked gave up; that says nothing of the cluster.
            passage?.end(isAnswered: nil)
            throw error
        }
    }

    /// Sends a request whose answer is read as it comes.
    func open(_ request: HTTPRequest) throws(TransportFailure) -> HTTPStream {
        let (exchange, passage) = try start(request, isAwaited: false)
        return HTTPStream(exchange) { passage?.end(isAnswered: nil) }
    }

    private func start(
        _ request: HTTPRequest, isAwaited: Bool
    ) throws(TransportFailure) -> (HTTPExchange, ReachabilityGate.Passage?) {
        if let fault = request.fault { throw TransportFailure(kind: .invalidRequest, detail: fault) }
        guard let driver else { throw TransportFailure(kind: .closed, detail: "libcurl could not be initialised") }
        let exchange = driver.exchange(for: request)
        // Before it is sent, so that the gate either keeps it back or can end it.
        let passage = request.isProbe ? nil : try gate?.enter(isAwaited: isAwaited) { exchange.abort($0) }
        driver.start(exchange)
        return (exchange, passage)
    }
}
