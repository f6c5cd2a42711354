/// Why something went wrong, said so that a person can act on it.
public struct Failure: Codable, Sendable, Hashable {
    /// The reason why a promotion stopped where production runs another version than the preview started from.
    public static let productionMovedOn = "ProductionMovedOn"

    /// One word in UpperCamelCase for programs, such as `ImagePullBackOff`.
    public var reason: String
    /// What happened, as one sentence in words.
    public var message: String
    /// The object that it happened to.
    public var object: ObjectReference?
    /// What to do next.
    public var nextStep: String?
    /// The last lines that the program wrote, oldest first, without secret values.
    public var logLines: [String]

    /// Creates a failure.
    public init(
        reason: String, message: String, object: ObjectReference? = nil, nextStep: String? = nil,
        logLines: [String] = []
    ) {
        self.reason = reason
        self.message = message
        self.object = object
        self.nextStep = nextStep
        self.logLines = logLines
    }

    /// The message, the next step and the last log lines, in one text.
    public var explanation: String { explanation(saying: message) }

    /// The message where it follows the part's title, with which it may begin itself.
    public func message(of part: Part) -> String {
        let title = "\(part.title): "
        return message.lowercased().hasPrefix(title) ? String(message.dropFirst(title.count)) : message
    }

    /// The explanation where it follows the part's title.
    public func explanation(of part: Part) -> String { explanation(saying: message(of: part)) }

    private func explanation(saying message: String) -> String {
        var text = message
        if let nextStep { text += " \(nextStep)" }
        if !logLines.isEmpty { text += " Last log lines: " + logLines.joined(separator: " ⏎ ") }
        return text
    }
}
