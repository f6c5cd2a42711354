/// Why bytes are no JSON, and where.
public struct JSONParsingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable, Hashable {
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedByte = "this byte cannot stand here"
        case invalidLiteral = "this is neither true, false nor null"
        case invalidNumber = "this is no JSON number"
        case numberOutOfRange = "this number is too large"
        case controlCharacter = "control characters in a text must be escaped"
        case invalidEscape = "this escape does not exist in JSON, or is half of a surrogate pair"
        case invalidUTF8 = "this text is not valid UTF-8"
        case duplicateName = "this name appears twice in its object"
        case tooDeep = "lists and objects are nested too deeply"
        case trailingBytes = "something follows the value"
    }

    /// What is wrong.
    public var reason: Reason
    /// Where, in bytes from the start.
    public var offset: Int

    /// An error at a place.
    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One sentence for a log.
    public var description: String {
        "invalid JSON at byte \(offset): \(reason.rawValue)"
    }
}
