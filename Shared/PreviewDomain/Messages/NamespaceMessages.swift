public import Foundation

/// A report about a part of a preview, which the gateway keeps as a fact.
public protocol FactMessagePayload: PreviewMessagePayload {
    /// What the report says.
    var fact: Fact { get }
}

/// Asks the provisioner for a preview's namespace, with its quota, limits, policies and service account.
public struct NamespaceRequested: PreviewMessagePayload {
    public static let key = MessageKey("namespace", "requested")
    public var preview: PreviewReference
    /// When the preview ends by itself; noted on the namespace.
    public var expiresAt: Date

    /// Creates the value from its fields.
    public init(preview: PreviewReference, expiresAt: Date) {
        self.preview = preview
        self.expiresAt = expiresAt
    }
}

/// The namespace is there with everything that guards it.
public struct NamespaceReady: FactMessagePayload {
    public static let key = MessageKey("namespace", "ready")
    public var preview: PreviewReference
    public var observedAt: Date
    /// The Pod Security level that is enforced: `restricted` or `baseline`.
    public var podSecurity: String

    /// Creates the value from its fields.
    public init(preview: PreviewReference, observedAt: Date, podSecurity: String) {
        self.preview = preview
        self.observedAt = observedAt
        self.podSecurity = podSecurity
    }

    public var fact: Fact {
        Fact(
            part: .namespace, generation: 1, state: .ready, observedAt: observedAt,
            detail: .namespace(podSecurity: podSecurity))
    }
}

/// The namespace can't be made.
public struct NamespaceFailed: FactMessagePayload {
    public static let key = MessageKey("namespace", "failed")
    public var preview: PreviewReference
    public var observedAt: Date
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.observedAt = observedAt
        self.failure = failure
    }

    public var fact: Fact {
        Fact(part: .namespace, generation: 1, state: .failed, observedAt: observedAt, failure: failure)
    }
}
