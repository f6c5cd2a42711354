/// Sends HTTP requests through libcurl. All requests share one thread and a cache of connections; both go away with the
/// last copy of this.
final class CurlTransport: Sendable {
    private let driver: CurlDriver?
    private let gate: ReachabilityGate?

    /// - Parameter gate: says when no request is to be sent; `nil` for never.
    init(_ settings: HTTPConnectionSettings, gate: ReachabilityGate? = nil) {
        driver = CurlDriver.start(settings)
        self.gate = gate
        gate?.onUnreachable { [weak driver] in driver?.abort($0) }
    }

    deinit {
        driver?.stop()
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// Throws `TransportFailure`, or `CancellationError` when the task was cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        guard let gate, !request.isProbe else { return try await exchange(request).response() }
        if let obstacle = gate.obstacle { throw obstacle }
        let id = gate.began()
        do {
            let response = try await exchange(request).response()
            gate.ended(id, isAnswered: !response.head.isOutage)
            return response
        } catch let failure as TransportFailure {
            gate.ended(id, isAnswered: false)
            throw failure
        } catch {
            // Whoever asked gave up; that says nothing of the cluster.
            gate.ended(id, isAnswered: nil)
            throw error
        }
    }

    /// Sends a request whose answer is read as it comes.
    func open(_ request: HTTPRequest) throws -> HTTPStream {
        if let obstacle = gate?.obstacle { throw obstacle }
        return HTTPStream(try exchange(request))
    }

    private func exchange(_ request: HTTPRequest) throws(TransportFailure) -> HTTPExchange {
        guard let driver else { throw TransportFailure(kind: .closed, detail: "libcurl could not be initialised") }
        return driver.send(request)
    }
}
