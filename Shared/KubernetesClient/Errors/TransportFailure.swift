/// Why no complete answer came.
public struct TransportFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable {
        /// The name server knows no such name, or does not answer.
        case nameNotResolved = "the server's name could not be resolved"
        /// Nobody accepts connections there, or whoever does ends them before a request.
        case notConnected = "the server could not be reached"
        /// Transient: certificates are renewed, clocks set right, load balancers get the servers behind them, and an
        /// authority is replaced, without any change on our side. Until then nothing is sent.
        case tlsFailed = "the server's certificate was refused"
        /// Permanent: it is our own configuration that TLS cannot be spoken with.
        case certificateUnusable = "our client certificate, its key or the authority cannot be used"
        /// The server, or the way to it, is too slow.
        case timedOut = "no complete answer came in time"
        /// The request may have been carried out.
        case interrupted = "the connection ended before the answer was complete"
        /// As much was read as the client accepts.
        case tooLarge = "the answer is larger than the client accepts"
        /// Nothing was sent.
        case invalidRequest = "the request could not be formed"
        /// The last copy of the client went away.
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
        case .nameNotResolved, .notConnected, .tlsFailed, .certificateUnusable, .invalidRequest, .closed: true
        case .timedOut, .interrupted, .tooLarge, .clusterUnreachable: false
        }
    }

    /// Whether another attempt may succeed.
    public var isTransient: Bool {
        switch kind {
        case .nameNotResolved, .notConnected, .tlsFailed, .timedOut, .interrupted, .clusterUnreachable: true
        case .certificateUnusable, .tooLarge, .invalidRequest, .closed: false
        }
    }
}
