import Foundation
import Logging

/// The server behind a client: sends one request once, within the limits, counts it, and tells success from refusal.
final class APIServer: Sendable {
    let gate: RequestGate
    private let baseURL: String
    private let fixedHeaders: [(name: String, value: String)]
    private let options: ClientOptions
    private let transport: CurlTransport
    private let metrics: RequestMetrics
    private let warnings: ServerWarnings

    init(
        _ configuration: KubernetesConfiguration, metrics: RequestMetrics, userAgent: String, options: ClientOptions,
        logger: Logger
    ) {
        var headers = [(name: "User-Agent", value: userAgent)] + (configuration.impersonation?.headers ?? [])
        if let host = configuration.hostHeader { headers.append(("Host", host)) }
        fixedHeaders = headers
        baseURL = configuration.baseURL
        self.options = options
        self.metrics = metrics
        gate = RequestGate(rate: options.rateLimit, concurrency: options.concurrentRequests)
        transport = CurlTransport(
            configuration.connectionSettings(connectTimeout: options.connectTimeout), gate: options.reachability)
        warnings = ServerWarnings(logger: logger)
    }

    /// Sends a request in its turn and returns the answer if it is a success.
    ///
    /// - Throws: `KubernetesError`, or `CancellationError`.
    func send(
        _ request: APIRequest, _ credentials: Credentials, needsFreshConnection: Bool
    ) async throws -> HTTPResponse {
        let arrived = ContinuousClock.now
        try await gate.enter(request.isRead ? .read : .write)
        defer { gate.leave() }
        let started = ContinuousClock.now
        metrics.noteWait(started - arrived)
        var http = httpRequest(request, credentials)
        http.needsFreshConnection = needsFreshConnection
        http.timeout = options.requestTimeout
        http.delivery = .whole(limit: options.largestAnswer)
        do {
            let response = try await transport.send(http)
            metrics.note(request, code: String(response.head.status), duration: .now - started)
            warnings.note(response.head, of: request)
            guard (200..<300).contains(response.head.status) else { throw Self.refusal(of: request, response) }
            return response
        } catch let failure as TransportFailure {
            metrics.note(request, code: "none", duration: .now - started)
            throw request.error(.transport(failure))
        }
    }

    /// Sends a request and returns its answer, which is a success, as it comes.
    ///
    /// - Throws: `KubernetesError`, or `CancellationError`.
    func open(
        _ request: APIRequest, _ credentials: Credentials, timeout: Duration?, idleTimeout: Duration?
    ) async throws -> HTTPStream {
        // Streams stay open, so they are not counted among the requests in flight.
        try await gate.pace()
        var http = httpRequest(request, credentials)
        http.delivery = .streamed(window: 1 << 20)
        http.timeout = timeout
        http.idleTimeout = idleTimeout
        let started = ContinuousClock.now
        do {
            let stream = try transport.open(http)
            let head = try await stream.head()
            metrics.note(request, code: String(head.status), duration: .now - started)
            warnings.note(head, of: request)
            guard !(200..<300).contains(head.status) else { return stream }
            var body: [UInt8] = []
            while body.count < 1 << 20, let bytes = try await stream.next() { body += bytes }
            throw Self.refusal(of: request, HTTPResponse(head: head, body: body))
        } catch let failure as TransportFailure {
            metrics.note(request, code: "none", duration: .now - started)
            throw request.error(.transport(failure))
        }
    }

    /// Sends a question at once, whatever is known of the cluster.
    ///
    /// - Throws: `CancellationError`.
    func probe(
        _ request: APIRequest, _ credentials: Credentials, timeout: Duration
    ) async throws -> ReachabilityJudgement.Answer {
        var http = httpRequest(request, credentials)
        http.isProbe = true
        http.timeout = timeout
        let start = ContinuousClock.now
        do {
            let head = try await transport.send(http).head
            metrics.note(request, code: String(head.status), duration: .now - start)
            guard !head.isOutage else { return .failed("it answers with \(head.status)") }
            return .answered(after: start.duration(to: .now))
        } catch let failure as TransportFailure {
            metrics.note(request, code: "none", duration: .now - start)
            return .failed("\(failure.kind.rawValue) (\(failure.detail))")
        }
    }

    private func httpRequest(_ request: APIRequest, _ credentials: Credentials) -> HTTPRequest {
        var http = HTTPRequest(method: request.method, url: baseURL + request.target)
        http.headers = [("Accept", request.accept)] + fixedHeaders
        if let contentType = request.contentType { http.headers.append(("Content-Type", contentType)) }
        if let authorization = credentials.authorization { http.headers.append(("Authorization", authorization)) }
        http.certificate = credentials.certificate
        http.body = request.body
        http.mayBeResent = request.isIdempotent
        return http
    }

    private static func refusal(of request: APIRequest, _ response: HTTPResponse) -> KubernetesError {
        let code = response.head.status
        let retryAfter = response.head.headers["retry-after"].flatMap { RetryAfter.seconds($0, now: Date()) }
        // Proxies and unknown paths answer with other things than a Status.
        let value = try? JSONValue(parsing: response.body)
        if var status = value.flatMap({ APIStatus($0, code: code) }) {
            status.code = code
            status.retryAfterSeconds = retryAfter ?? status.retryAfterSeconds
            return request.error(.status(status))
        }
        let text = String(decoding: response.body.prefix(200), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return request.error(.status(APIStatus(code: code, reason: "", message: text, retryAfterSeconds: retryAfter)))
    }
}
