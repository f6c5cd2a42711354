public import Foundation

/// A report about a part of a preview, which the gateway keeps as a fact.
public protocol FactMessagePayload: PreviewMessagePayload {
    /// What the report says.
    var fact: Fact { get }
}

/// Asks the provisioner for a preview's namespace, with its quota, limits, policies and service account.
public struct NamespaceRequested: PreviewMessagePayload {
    /// `namespace.requested`.
    public static let key = MessageKey("namespace", "requested")
    /// The preview that it is about.
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
    /// `namespace.ready`.
    public static let key = MessageKey("namespace", "ready")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// When the sender saw it.
    public var observedAt: Date
    /// The Pod Security level that is enforced: `restricted` or `baseline`.
    public var podSecurity: String

    /// Creates the value from its fields.
    public init(preview: PreviewReference, observedAt: Date, podSecurity: String) {
        self.preview = preview
        self.observedAt = observedAt
        self.podSecurity = podSecurity
    }

    /// The namespace is ready.
    public var fact: Fact {
        Fact(
            part: .namespace, generation: 1, state: .ready, observedAt: observedAt,
            detail: .namespace(podSecurity: podSecurity))
    }
}

/// The namespace can't be made.
public struct NamespaceFailed: FactMessagePayload {
    /// `namespace.failed`.
    public static let key = MessageKey("namespace", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.observedAt = observedAt
        self.failure = failure
    }

    /// The namespace has failed.
    public var fact: Fact {
        Fact(part: .namespace, generation: 1, state: .failed, observedAt: observedAt, failure: failure)
    }
}
