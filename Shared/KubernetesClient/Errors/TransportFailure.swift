/// Why no complete answer came.
public struct TransportFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable {
        /// No address is known for the server's name.
        case nameNotResolved = "the server's name could not be resolved"
        /// No connection came about.
        case notConnected = "the server could not be reached"
        /// One side refused the other's certificate, or they agree on no encryption.
        case tlsFailed = "the server's certificate or our client certificate was refused"
        /// The time for the request was over.
        case timedOut = "no complete answer came in time"
        /// The connection broke off; the server may have seen the request.
        case interrupted = "the connection ended before the answer was complete"
        /// The answer was given up at the client's limit.
        case tooLarge = "the answer is larger than the client accepts"
        /// The URL or a header cannot be sent.
        case invalidRequest = "the request could not be formed"
        /// The client was closed before or meanwhile.
        case closed = "the client was closed"
        /// Nothing was sent, or what was waited for was given up.
        case clusterUnreachable = "the cluster is known to be unreachable"
    }

    /// What is wrong with a server's certificate.
    public enum CertificateFault: Sendable, Hashable, CaseIterable {
        /// Its time, or that of one above it, is over.
        case expired
        /// Its time has not come yet.
        case notYetValid
        /// No authority that is trusted vouches for it.
        case untrusted
        /// It is valid, for other names.
        case otherNames
    }

    /// What went wrong.
    public var kind: Kind
    /// The HTTP library's own words.
    public var detail: String
    /// What is wrong with the server's certificate, where that is the cause and is known.
    public var certificateFault: CertificateFault?

    /// A failure with the HTTP library's own words.
    public init(kind: Kind, detail: String, certificateFault: CertificateFault? = nil) {
        self.kind = kind
        self.detail = detail
        self.certificateFault = certificateFault
    }

    /// Whether the server cannot have seen the request.
    public var isBeforeSending: Bool {
        switch kind {
        case .nameNotResolved, .notConnected, .tlsFailed, .invalidRequest, .closed: true
        case .timedOut, .interrupted, .tooLarge, .clusterUnreachable: false
        }
    }

    /// Whether another attempt may succeed.
    public var isTransient: Bool {
        switch kind {
        case .nameNotResolved, .notConnected, .timedOut, .interrupted, .clusterUnreachable: true
        case .tlsFailed, .tooLarge, .invalidRequest, .closed: false
        }
    }
}
