/// What a message is about and what happened to it: the last two words of its routing key.
public struct MessageKey: Sendable, Hashable, CustomStringConvertible {
    /// The thing, in kebab case, such as `database`.
    public let noun: String
    /// What is asked or what happened, in kebab case, such as `requested` or `ready`.
    public let verb: String

    /// Creates a key from its two words.
    public init(_ noun: String, _ verb: String) {
        self.noun = noun
        self.verb = verb
    }

    /// The AMQP routing key for an organization: `v1.<org>.<noun>.<verb>`.
    public func routingKey(organization: OrganizationName) -> String {
        "v1.\(organization.rawValue).\(noun).\(verb)"
    }

    /// The AMQP binding key that matches this message of every organization.
    public var bindingKey: String { "v1.*.\(noun).\(verb)" }

    /// The CloudEvents `type`: `dev.understudy.<noun>.<verb>.v1`.
    public var eventType: String { "dev.understudy.\(noun).\(verb).v1" }

    /// Both words, such as `database.ready`.
    public var description: String { "\(noun).\(verb)" }
}
