public import PreviewDomain

/// Why a request to Kubernetes failed, and what can be done about it.
public struct KubernetesError: Error, Sendable, Hashable {
    /// What stands behind an error.
    public enum Cause: Sendable, Hashable {
        /// The server refused.
        case status(APIStatus)
        /// No complete answer came.
        case transport(TransportFailure)
        /// The answer makes no sense; the text says why.
        case unreadableAnswer(String)
        /// An object to be sent lacks something; the text says what.
        case invalidObject(String)
        /// The credentials could not be read; the text says why.
        case credentials(String)
    }

    /// What stands behind the error.
    public var cause: Cause
    /// The request's method, such as `PATCH`.
    public var method: String
    /// The request's path, without its query.
    public var path: String

    /// An error of a request.
    public init(_ cause: Cause, method: String, path: String) {
        self.cause = cause
        self.method = method
        self.path = path
    }

    /// What the server said, where it was the server that refused.
    public var status: APIStatus? {
        guard case .status(let status) = cause else { return nil }
        return status
    }
}

extension KubernetesError {
    /// The object, or its whole type, does not exist, and it was an API server that said so: a proxy's 404 proves nothing.
    public var isNotFound: Bool {
        guard let status, status.code == 404 else { return false }
        return status.reason == "NotFound" || isTypeMissing
    }

    /// The server does not serve the type, as when a custom resource definition is not installed.
    public var isTypeMissing: Bool {
        guard let status, status.code == 404 else { return false }
        // Paths that it does not serve get no Status but this text.
        return status.reason == "NotFound" && status.name == nil || status.message == "404 page not found"
    }

    /// An object of the name exists already.
    public var isAlreadyExists: Bool { status?.reason == "AlreadyExists" }
    /// Somebody else changed the object since it was read, or owns a field that was applied.
    public var isConflict: Bool { status?.reason == "Conflict" }
    /// An applied field belongs to another field manager.
    public var isFieldManagerConflict: Bool { has(cause: "FieldManagerConflict") }
    /// The client may not do this, or a policy is against it.
    public var isForbidden: Bool { status?.code == 403 }
    /// The client may not read this, or the server has not read its roles yet: after its start it refuses for a moment
    /// what it grants later. Admission, whose refusals are meant, does not look at reads.
    private var isReadForbidden: Bool { isForbidden && method == "GET" }
    /// The client is not who it says, or its token ran out.
    public var isUnauthorized: Bool { status?.code == 401 }
    /// A field of the object is wrong, or is none of the type's.
    public var isInvalid: Bool { status?.code == 422 || status?.code == 400 || isUndeclaredField }

    /// An applied field is none of the type's. API servers call that an internal error; only the message tells.
    private var isUndeclaredField: Bool {
        status?.code == 500 && status?.message.hasPrefix("failed to create typed patch object (") == true
    }

    /// The resource version is too old to continue from.
    public var isExpired: Bool { status?.code == 410 }
    /// The resource version is newer than what the server has.
    public var isVersionTooLarge: Bool { has(cause: "ResourceVersionTooLarge") }
    /// The server asks to slow down.
    public var isTooManyRequests: Bool { status?.code == 429 }
    /// The namespace is being deleted.
    public var isNamespaceTerminating: Bool { has(cause: "NamespaceTerminating") }

    /// A resource quota is used up, or asks for requests and limits that the object does not set.
    ///
    /// Kubernetes tells quota from other refusals in the message only: `exceeded quota: NAME, …`, `failed quota: NAME: …`.
    public var isQuotaExceeded: Bool {
        guard let status, status.code == 403 else { return false }
        return status.message.contains("exceeded quota: ") || status.message.contains("failed quota: ")
    }

    /// Whether the same request may succeed later, as also with a token that was renewed.
    public var isTransient: Bool {
        switch cause {
        case .status(let status): !isUndeclaredField && [401, 408, 429, 500, 502, 503, 504].contains(status.code)
        case .transport(let failure): failure.isTransient
        case .unreadableAnswer, .credentials: true
        case .invalidObject: false
        }
    }

    /// How long the server asks to wait.
    public var retryAfter: Duration? {
        status?.retryAfterSeconds.map { .seconds($0) }
    }

    private func has(cause reason: String) -> Bool {
        status?.causes.contains { $0.reason == reason } ?? false
    }
}

extension KubernetesError: ClassifiedFailure {
    /// Transient also for what reading the object again, or a new token, can cure, and for a read that is refused.
    public var failureClass: FailureClass {
        if isFieldManagerConflict { return .permanent }
        if isTransient || isConflict || isAlreadyExists || isExpired || isReadForbidden {
            return .transient(retryAfter: retryAfter)
        }
        return .permanent
    }
}

extension KubernetesError {
    /// Whether nothing was wrong with the request: the whole cluster is away.
    public var isOutage: Bool {
        guard case .transport(let failure) = cause else { return false }
        return failure.kind == .clusterUnreachable
    }
}

extension KubernetesError: CustomStringConvertible {
    /// One sentence for an operator.
    public var description: String {
        let what: String
        switch cause {
        case .status(let status):
            what = "\(status.code) \(status.reason): \(status.message)"
        case .transport(let failure):
            what = "\(failure.kind.rawValue) (\(failure.detail))"
        case .unreadableAnswer(let text), .invalidObject(let text), .credentials(let text):
            what = text
        }
        return "\(method) \(path): \(what)"
    }
}
