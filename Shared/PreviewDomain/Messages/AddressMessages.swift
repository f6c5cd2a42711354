public import Foundation

/// Asks dns-manager for an address outside the cluster.
public struct AddressRequested: PreviewMessagePayload {
    /// `address.requested`.
    public static let key = MessageKey("address", "requested")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that is to answer there; a Kubernetes Service of that name is in the preview's namespace.
    public var service: String
    /// Whether it also answers at the preview's own host.
    public var isPrimary: Bool

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, isPrimary: Bool) {
        self.preview = preview
        self.service = service
        self.isPrimary = isPrimary
    }
}

/// An address was made, and what is behind it is still starting.
public struct AddressPending: FactMessagePayload {
    /// `address.pending`.
    public static let key = MessageKey("address", "pending")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that is to answer there.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// What is waited for, in words.
    public var message: String

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, message: String) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.message = message
    }

    /// The address is being worked on.
    public var fact: Fact {
        Fact(
            part: .address(service), generation: preview.generation, state: .working, observedAt: observedAt,
            message: message)
    }
}

/// A request through the real entry point was answered.
public struct AddressReady: FactMessagePayload {
    /// `address.ready`.
    public static let key = MessageKey("address", "ready")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that answers there.
    public var service: String
    /// When it was answered.
    public var observedAt: Date
    /// Where people reach the service.
    public var url: String
    /// Every host that answers.
    public var hosts: [String]

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, url: String, hosts: [String]) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.url = url
        self.hosts = hosts
    }

    /// The address is ready.
    public var fact: Fact {
        Fact(
            part: .address(service), generation: preview.generation, state: .ready, observedAt: observedAt,
            detail: .address(url: url, hosts: hosts))
    }
}

/// An address can't be made, or does not answer although nothing is starting any more.
public struct AddressFailed: FactMessagePayload {
    /// `address.failed`.
    public static let key = MessageKey("address", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that was to answer there.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure
    /// Whether nothing is tried any more before somebody asks again; else the address may still come to answer.
    public var isFinal: Bool

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, observedAt: Date, failure: Failure, isFinal: Bool = true
    ) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.failure = failure
        self.isFinal = isFinal
    }

    /// The address has failed, or is unhealthy where it is tried on.
    public var fact: Fact {
        Fact(
            part: .address(service), generation: preview.generation, state: isFinal ? .failed : .unhealthy,
            observedAt: observedAt, message: failure.message, failure: failure)
    }
}
