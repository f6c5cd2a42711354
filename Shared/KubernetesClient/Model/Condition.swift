public import Foundation

/// One aspect of an object's state, as controllers report it.
public struct Condition: Sendable, Hashable, Codable {
    /// The aspect, such as `Available`.
    public var type: String
    /// `True`, `False` or `Unknown`.
    public var status: String
    /// Why, as one word for programs.
    public var reason: String?
    /// Why, as a sentence for people.
    public var message: String?
    /// When the status changed.
    public var lastTransitionTime: Date?
    /// The generation that was looked at.
    public var observedGeneration: Int?

    /// A condition to be written to a status.
    public init(
        type: String, status: String, reason: String? = nil, message: String? = nil, lastTransitionTime: Date? = nil,
        observedGeneration: Int? = nil
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.lastTransitionTime = lastTransitionTime
        self.observedGeneration = observedGeneration
    }

    /// Whether the status is `True`.
    public var isTrue: Bool { status == "True" }
    /// Whether the status is `False`.
    public var isFalse: Bool { status == "False" }
}
