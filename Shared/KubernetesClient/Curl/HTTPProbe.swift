public import Foundation

/// Asks web servers the way a browser would, to see whether they answer.
///
/// Copies share connections. Redirects are answers; they are not followed.
public struct HTTPProbe: Sendable {
    /// What came of a request.
    public enum Outcome: Sendable, Hashable {
        /// An answer, with the first bytes of its body; the names of headers are in lower case.
        case answered(status: Int, headers: [String: String], body: [UInt8])
        /// No answer.
        case failed(TransportFailure)
    }

    private let transport: CurlTransport
    private let timeout: Duration
    private let bodyLimit: Int

    /// Creates a probe.
    ///
    /// - Parameters:
    ///   - connectTo: `host:port` to connect to instead of the host and port that a URL names, which still are in the
    ///     request and are what a certificate is checked for; `nil` to connect where names lead.
    ///   - certificateAuthority: certificates to trust in PEM; `nil` for the system's.
    ///   - verifiesCertificates: whether only servers with a valid certificate count as having answered.
    ///   - timeout: how long an answer may take.
    ///   - bodyLimit: how many bytes of a body are read.
    public init(
        connectTo: String? = nil, certificateAuthority: Data? = nil, verifiesCertificates: Bool = true,
        timeout: Duration = .seconds(5), bodyLimit: Int = 4096
    ) {
        var settings = HTTPConnectionSettings()
        settings.connectTo = connectTo.map { "::\($0)" }
        settings.certificateAuthority = certificateAuthority.map { Array($0) }
        settings.skipsVerification = !verifiesCertificates
        settings.connectTimeout = timeout
        transport = CurlTransport(settings)
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }

    /// Sends a GET request.
    ///
    /// - Throws: `CancellationError` when the task was cancelled.
    public func get(_ url: String) async throws -> Outcome {
        var request = HTTPRequest(method: "GET", url: url)
        request.headers = [(name: "User-Agent", value: "understudy-probe"), (name: "Accept", value: "*/*")]
        request.delivery = .streamed(window: bodyLimit)
        request.timeout = timeout
        do {
            let stream = try transport.open(request)
            let head = try await stream.head()
            var body: [UInt8] = []
            while body.count < bodyLimit, let bytes = try await stream.next() { body += bytes }
            return .answered(status: head.status, headers: head.headers, body: Array(body.prefix(bodyLimit)))
        } catch let failure as TransportFailure {
            return .failed(failure)
        }
    }
}
