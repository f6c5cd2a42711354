import Logging
import Synchronization

/// What copies of a client share: credentials, the server with its limits, and what discovery found. Sends requests again
/// where that does no harm, and with new credentials where the old ones are refused.
final class APIConnection: Sendable {
    let configuration: KubernetesConfiguration
    let options: ClientOptions
    let logger: Logger
    let server: APIServer
    let discovered = Mutex<[String: [ResourceType]]>([:])
    private let credentials: CredentialSource

    init(
        configuration: KubernetesConfiguration, cluster: String, userAgent: String, options: ClientOptions,
        logger: Logger
    ) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
        server = APIServer(
            configuration, metrics: RequestMetrics(cluster: cluster), userAgent: userAgent, options: options,
            logger: logger)
        credentials = CredentialSource(configuration, logger: logger)
    }

    /// Sends a request, again where that does no harm, and returns what is read from a successful answer.
    ///
    /// - Parameter read: makes the value from the answer's body.
    func perform<Value>(_ request: APIRequest, _ read: ([UInt8]) throws -> Value) async throws -> Value {
        try await repeating(request) { credentials, isFresh in
            let response = try await server.send(request, credentials, needsFreshConnection: isFresh)
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
        try await repeating(request) { try await server.send(request, $0, needsFreshConnection: $1) }
    }

    /// Sends a request whose answer is read as it comes. Errors of the server are thrown here.
    func open(_ request: APIRequest, timeout: Duration?, idleTimeout: Duration?) async throws -> HTTPStream {
        var wasRefused = false
        while true {
            let current = try await currentCredentials(request)
            do {
                return try await server.open(request, current, timeout: timeout, idleTimeout: idleTimeout)
            } catch let error as KubernetesError where error.isAboutCredentials && !wasRefused {
                guard credentials.refuse(current) else { throw error }
                wasRefused = true
            }
        }
    }

    /// Sends a question once, whatever is known of the cluster, to find out whether it answers.
    func probe(_ path: String, timeout: Duration) async throws -> ReachabilityJudgement.Answer {
        let request = APIRequest("GET", path)
        do {
            return try await server.probe(request, try await currentCredentials(request), timeout: timeout)
        } catch let error as KubernetesError {
            return .failed("\(error)")
        }
    }

    /// Waits for a time; where the cluster is unreachable, no longer than until it is back.
    func pause(for duration: Duration) async throws {
        guard let gate = options.reachability else { return try await Task.sleep(for: duration) }
        try await gate.pause(for: duration)
    }
}

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
            if problem.isAboutCredentials, !wasRefused, let current, credentials.refuse(current) {
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
}

extension KubernetesError {
    /// Whether other credentials, where there are any, may help.
    fileprivate var isAboutCredentials: Bool {
        guard case .transport(let failure) = cause else { return isUnauthorized }
        return failure.kind == .certificateUnusable
    }
}
