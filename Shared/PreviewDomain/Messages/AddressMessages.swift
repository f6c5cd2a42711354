public import Foundation

/// Asks dns-manager for an address outside the cluster.
public struct AddressRequested: PreviewMessagePayload {
    public static let key = MessageKey("address", "requested")
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

/// A request through the real entry point was answered.
public struct AddressReady: FactMessagePayload {
    public static let key = MessageKey("address", "ready")
    public var preview: PreviewReference
    public var service: String
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

    public var fact: Fact {
        Fact(
            part: .address(service), generation: preview.generation, state: .ready, observedAt: observedAt,
            detail: .address(url: url, hosts: hosts))
    }
}

/// An address can't be made to answer.
public struct AddressFailed: FactMessagePayload {
    public static let key = MessageKey("address", "failed")
    public var preview: PreviewReference
    public var service: String
    public var observedAt: Date
    public var failure: Failure
    /// Whether it is tried on, so that the address may still come to answer.
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

    public var fact: Fact {
        Fact(
            part: .address(service), generation: preview.generation, state: isFinal ? .failed : .unhealthy,
            observedAt: observedAt, message: failure.message, failure: failure)
    }
}
