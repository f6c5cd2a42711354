public import Foundation

/// What a request for a preview says, whoever sent it, before anything of it is checked.
public struct PreviewOrder: Sendable, Hashable {
    /// How long the preview is to live.
    public enum Lifetime: Sendable, Hashable {
        case hours(Int)
        case seconds(Int)
    }

    /// What people are to know it as.
    public var name: String
    /// The name of the cluster that it is to live on.
    public var cluster: String
    /// The default applies where it is `nil`.
    public var lifetime: Lifetime?
    /// What it is to consist of.
    public var services: [ServiceOrder]

    /// Creates an order.
    public init(name: String, cluster: String, lifetime: Lifetime? = nil, services: [ServiceOrder]) {
        self.name = name
        self.cluster = cluster
        self.lifetime = lifetime
        self.services = services
    }
}

/// The bounds of what may be asked for.
public struct PreviewLimits: Sendable, Hashable {
    /// How many characters a preview's name may have.
    public var nameLength = 100
    /// The time to live, in hours.
    public var hours = 1...168
    /// Hours of a preview whose request names none.
    public var defaultHours = 24
    /// Seconds that an hour of the time to live lasts; other than 3600 only in demonstrations.
    public var secondsPerHour: TimeInterval = 3600
    /// How many services a preview may have.
    public var services = 20
    /// How many pods a service may have.
    public var replicas = 1...20
    /// How many variables may be typed for a service.
    public var variables = 200
    /// The longest value of a variable, in bytes.
    public var variableBytes = 32_768

    /// Creates the default bounds.
    public init() {}
}
