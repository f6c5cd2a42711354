public import Foundation

/// Calls web services that are no Kubernetes API, such as a provider of identities.
///
/// Copies share connections. Redirects are answers; they are not followed. The proxy is the environment's.
public struct WebServiceClient: Sendable {
    /// An answer.
    public struct Answer: Sendable, Hashable {
        /// The HTTP status.
        public var status: Int
        /// By name in lower case; of a name sent twice, the values joined by a comma.
        public var headers: [String: String]
        /// The whole body, decoded from no encoding.
        public var body: [UInt8]
    }

    private let transport: CurlTransport
    private let timeout: Duration
    private let bodyLimit: Int

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - certificateAuthority: certificates to trust in PEM; `nil` for the system's.
    ///   - timeout: how long an answer may take.
    ///   - bodyLimit: how many bytes an answer may have.
    public init(certificateAuthority: Data? = nil, timeout: Duration = .seconds(10), bodyLimit: Int = 1 << 20) {
        var settings = HTTPConnectionSettings()
        settings.certificateAuthority = certificateAuthority.map { Array($0) }
        settings.connectTimeout = timeout
        transport = CurlTransport(settings)
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }

    /// Sends a request and waits for the whole answer. One with a body is sent once only.
    ///
    /// - Throws: ``TransportFailure``, or `CancellationError` when the task was cancelled.
    public func send(
        _ method: String, _ url: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, url: url)
        request.headers = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        request.body = body
        request.mayBeResent = body == nil
        request.delivery = .whole(limit: bodyLimit)
        request.timeout = timeout
        let response = try await transport.send(request)
        return Answer(status: response.head.status, headers: response.head.headers, body: response.body)
    }
}
