import Foundation
import Logging
import Metrics
import Synchronization

/// What copies of a client share: connections, credentials, the rate limit and what discovery found.
final class APIConnection: Sendable {
    let configuration: KubernetesConfiguration
    let options: ClientOptions
    let logger: Logger
    let discovered = Mutex<[String: [ResourceType]]>([:])
    private let userAgent: String
    private let transport: CurlTransport
    private let tokens: TokenSource
    private let bucket: Mutex<TokenBucket>?

    init(configuration: KubernetesConfiguration, userAgent: String, options: ClientOptions, logger: Logger) {
        self.configuration = configuration
        self.userAgent = userAgent
        self.options = options
        self.logger = logger
        transport = CurlTransport(
            configuration.connectionSettings(connectTimeout: options.connectTimeout), gate: options.reachability)
        tokens = TokenSource(configuration.token)
        bucket = options.rateLimit.map { Mutex(TokenBucket(limit: $0, now: .now)) }
    }

    /// Sends a request, again where that does no harm, and returns the answer if it is a success.
    func perform(_ request: APIRequest) async throws -> HTTPResponse {
        var backoff = Backoff(first: options.firstRetryDelay, longest: options.longestRetryDelay)
        var attempt = 1
        while true {
            do {
                return try await performOnce(request)
            } catch let error as KubernetesError {
                guard attempt < options.attempts, mayRepeat(request, after: error) else { throw error }
                if error.isUnauthorized { tokens.forget() }
                let pause = min(max(backoff.pause(), error.retryAfter ?? .zero), options.longestRetryDelay)
                logger.debug(
                    "Retrying request",
                    metadata: ["attempt": "\(attempt)", "error": "\(error)", "pause": "\(pause)"])
                attempt += 1
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Sends a request whose answer is read as it comes. Errors of the server are thrown here.
    func open(_ request: APIRequest, timeout: Duration?, idleTimeout: Duration?) async throws -> HTTPStream {
        try await waitForTurn()
        var http = try httpRequest(request)
        http.delivery = .streamed(window: 1 << 20)
        http.timeout = timeout
        http.idleTimeout = idleTimeout
        do {
            let stream = try transport.open(http)
            let head = try await stream.head()
            guard !(200..<300).contains(head.status) else { return stream }
            var body: [UInt8] = []
            while body.count < 1 << 20, let bytes = try await stream.next() { body += bytes }
            if head.status == 401 { tokens.forget() }
            throw Self.refusal(of: request, HTTPResponse(head: head, body: body))
        } catch let failure as TransportFailure {
            throw request.error(.transport(failure))
        }
    }

    /// Sends a question once, whatever is known of the cluster, to find out whether it answers.
    func probe(_ path: String, timeout: Duration) async throws -> ReachabilityJudgement.Answer {
        let start = ContinuousClock.now
        do {
            var http = try httpRequest(APIRequest("GET", path))
            http.isProbe = true
            http.timeout = timeout
            let head = try await transport.send(http).head
            // Behind these there is a server, but none that could do anything.
            guard ![500, 502, 503, 504].contains(head.status) else { return .failed("it answers with \(head.status)") }
            return .answered(after: start.duration(to: .now))
        } catch let failure as TransportFailure {
            return .failed("\(failure.kind.rawValue) (\(failure.detail))")
        } catch let error as KubernetesError {
            return .failed("\(error)")
        }
    }

    private func performOnce(_ request: APIRequest) async throws -> HTTPResponse {
        try await waitForTurn()
        let start = ContinuousClock.now
        var outcome = "none"
        defer {
            Metrics.Timer(
                label: "kubernetes.client.request.duration",
                dimensions: [("http.request.method", request.method), ("http.response.status_code", outcome)]
            ).recordNanoseconds((ContinuousClock.now - start).nanoseconds)
        }
        do {
            let response = try await transport.send(httpRequest(request))
            outcome = String(response.head.status)
            if let warning = response.head.headers["warning"] {
                logger.debug("Received warning", metadata: ["path": "\(request.path)", "warning": "\(warning)"])
            }
            guard (200..<300).contains(response.head.status) else { throw Self.refusal(of: request, response) }
            return response
        } catch let failure as TransportFailure {
            throw request.error(.transport(failure))
        }
    }

    private func mayRepeat(_ request: APIRequest, after error: KubernetesError) -> Bool {
        switch error.cause {
        case .transport(let failure) where failure.kind == .clusterUnreachable: false  // Whoever asked has to wait.
        case .status(let status) where status.code == 429: true  // The server has not done it.
        case .status(let status) where status.code == 401: tokens.isRenewable
        case .transport(let failure) where failure.isBeforeSending: failure.isTransient
        default: request.isIdempotent && error.isTransient
        }
    }

    private func waitForTurn() async throws {
        guard let pause = bucket?.withLock({ $0.take(now: .now) }), pause > .zero else { return }
        try await Task.sleep(for: pause)
    }

    private func httpRequest(_ request: APIRequest) throws -> HTTPRequest {
        var http = HTTPRequest(method: request.method, url: configuration.baseURL + request.target)
        http.headers = [("Accept", request.accept), ("User-Agent", userAgent)]
        if let contentType = request.contentType { http.headers.append(("Content-Type", contentType)) }
        if let host = configuration.hostHeader { http.headers.append(("Host", host)) }
        do throws(KubernetesConfigurationError) {
            if let token = try tokens.current() { http.headers.append(("Authorization", "Bearer \(token)")) }
        } catch {
            throw request.error(.credentials(error.description))
        }
        http.body = request.body
        http.timeout = options.requestTimeout
        http.delivery = .whole(limit: options.largestAnswer)
        return http
    }

    private static func refusal(of request: APIRequest, _ response: HTTPResponse) -> KubernetesError {
        let code = response.head.status
        let retryAfter = response.head.headers["retry-after"].flatMap { Int($0) }
        // Proxies and unknown paths answer with other things than a Status.
        let value = try? JSONValue(parsing: response.body)
        if var status = value.flatMap({ APIStatus($0, code: code) }) {
            status.code = code
            status.retryAfterSeconds = status.retryAfterSeconds ?? retryAfter
            return request.error(.status(status))
        }
        let text = String(decoding: response.body.prefix(200), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return request.error(.status(APIStatus(code: code, reason: "", message: text, retryAfterSeconds: retryAfter)))
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
