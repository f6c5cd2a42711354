/// The way on which a change was asked for.
struct ChangeOrigin: Sendable, Hashable {
    /// Through what it came.
    enum Channel: String, Codable, Sendable, CaseIterable {
        /// A page of the console, or a script of one.
        case console
        /// The REST API.
        case api
        /// A message of another system.
        case queue
        /// A `PreviewEnvironment` resource.
        case resource
    }

    var channel: Channel
    /// From where the request came.
    var address: String?
    var userAgent: String?
    /// The message that asked for it.
    var messageID: String?

    init(_ channel: Channel, from origin: RequestOrigin) {
        self.channel = channel
        address = origin.address
        userAgent = origin.userAgent
    }

    init(_ channel: Channel, messageID: String) {
        self.channel = channel
        self.messageID = messageID
    }
}
