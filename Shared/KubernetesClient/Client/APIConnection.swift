import Foundation
import Logging
import Synchronization

/// What copies of a client share: connections, credentials, the limits and what discovery found.
final class APIConnection: Sendable {
    let configuration: KubernetesConfiguration
    let options: ClientOptions
    let logger: Logger
    let discovered = Mutex<[String: [ResourceType]]>([:])
    private let fixedHeaders: [(name: String, value: String)]
    private let transport: CurlTransport
    private let credentials: CredentialSource
    let gate: RequestGate
    private let metrics: RequestMetrics
    private let warnings: ServerWarnings

    init(
        configuration: KubernetesConfiguration, cluster: String, userAgent: String, options: ClientOptions,
        logger: Logger
    ) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
        var headers = [(name: "User-Agent", value: userAgent)] + (configuration.impersonation?.headers ?? [])
        if let host = configuration.hostHeader { headers.append(("Host", host)) }
        fixedHeaders = headers
        transport = CurlTransport(
            configuration.connectionSettings(connectTimeout: options.connectTimeout), gate: options.reachability)
        credentials = CredentialSource(configuration, logger: logger)
        gate = RequestGate(rate: options.rateLimit, concurrency: options.concurrentRequests)
        metrics = RequestMetrics(cluster: cluster)
        warnings = ServerWarnings(logger: logger)
    }

    /// Sends a request, again where that does no harm, and returns what is read from a successful answer.
    ///
    /// - Parameter read: makes the value from the answer's body.
    func perform<Value>(_ request: APIRequest, _ read: ([UInt8]) throws -> Value) async throws -> Value {
        try await repeating(request) { credentials, isFresh in
            let response = try await send(request, credentials, needsFreshConnection: isFresh)
            do {
                return try read(response.body)
            } catch {
                let problem = request.error(.unreadableAnswer(UnreadableAnswer.describe(error)))
                throw UnreadableAnswer.isCutOff(error) ? CutOff(error: problem) : problem
            }
        }
    }

    /// Sends a request, again where that does no harm, and returns the answer if it is a success.
    func perform(_ request: APIRequest) async throws -> HTTPResponse {
        try await repeating(request) { try await send(request, $0, needsFreshConnection: $1) }
    }

    /// Sends a request whose answer is read as it comes. Errors of the server are thrown here.
    func open(_ request: APIRequest, timeout: Duration?, idleTimeout: Duration?) async throws -> HTTPStream {
        var wasRefused = false
        while true {
            let current = try await currentCredentials(request)
            do {
                return try await open(request, current, timeout: timeout, idleTimeout: idleTimeout)
            } catch let error as KubernetesError where error.isUnauthorized && !wasRefused {
                guard credentials.refuse(current) else { throw error }
                wasRefused = true
            }
        }
    }

    /// Sends a question once, whatever is known of the cluster, to find out whether it answers.
    func probe(_ path: String, timeout: Duration) async throws -> ReachabilityJudgement.Answer {
        let start = ContinuousClock.now
        let request = APIRequest("GET", path)
        do {
            var http = httpRequest(request, try await currentCredentials(request))
            http.isProbe = true
            http.timeout = timeout
            let head = try await transport.send(http).head
            metrics.note(request, code: String(head.status), duration: .now - start)
            guard !head.isOutage else { return .failed("it answers with \(head.status)") }
            return .answered(after: start.duration(to: .now))
        } catch let failure as TransportFailure {
            metrics.note(request, code: "none", duration: .now - start)
            return .failed("\(failure.kind.rawValue) (\(failure.detail))")
        } catch let error as KubernetesError {
            return .failed("\(error)")
        }
    }
}

// MARK: One attempt

extension APIConnection {
    /// An answer that is no whole JSON, for those who decide on another attempt.
    private struct CutOff: Error {
        var error: KubernetesError
    }

    private func repeating<Value>(
        _ request: APIRequest, _ attempt: (Credentials, _ needsFreshConnection: Bool) async throws -> Value
    ) async throws -> Value {
        var repetition = Repetition(options: options)
        var wasRefused = false
        var needsFreshConnection = false
        while true {
            let problem: KubernetesError
            var current: Credentials?
            var isCutOff = false
            do {
                let credentials = try await currentCredentials(request)
                current = credentials
                return try await attempt(credentials, needsFreshConnection)
            } catch let cutOff as CutOff {
                problem = cutOff.error
                isCutOff = true
            } catch let error as KubernetesError {
                problem = error
            }
            if problem.isUnauthorized, !wasRefused, let current, credentials.refuse(current) {
                wasRefused = true
                continue
            }
            guard let pause = repetition.pause(after: problem, of: request, isCutOff: isCutOff) else { throw problem }
            logger.debug("Retrying request", metadata: ["error": "\(problem)", "pause": "\(pause)"])
            if case .transport(let failure) = problem.cause { needsFreshConnection = failure.kind == .timedOut }
            try await Task.sleep(for: pause)
        }
    }

    private func currentCredentials(_ request: APIRequest) async throws -> Credentials {
        do {
            return try await credentials.current()
        } catch let error as KubernetesConfigurationError {
            throw request.error(.credentials(error.description))
        } catch let failure as ExecPluginFailure {
            throw request.error(.credentials(failure.problem))
        }
    }

    private func send(
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

    private func open(
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
            guard !(200..<300).contains(head.status) else { return stream }
            var body: [UInt8] = []
            while body.count < 1 << 20, let bytes = try await stream.next() { body += bytes }
            throw Self.refusal(of: request, HTTPResponse(head: head, body: body))
        } catch let failure as TransportFailure {
            metrics.note(request, code: "none", duration: .now - started)
            throw request.error(.transport(failure))
        }
    }

    private func httpRequest(_ request: APIRequest, _ credentials: Credentials) -> HTTPRequest {
        var http = HTTPRequest(method: request.method, url: configuration.baseURL + request.target)
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
