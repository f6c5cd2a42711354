/// Why bytes are no JSON, and where.
public struct JSONParsingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable, Hashable {
        /// More bytes were due.
        case unexpectedEnd = "the text ends in the middle of a value"
        /// No value, or no other part of one, begins so.
        case unexpectedByte = "this byte cannot stand here"
        /// A word other than the three that JSON has.
        case invalidLiteral = "this is neither true, false nor null"
        /// Such as `01`, `1.` or `+1`.
        case invalidNumber = "this is no JSON number"
        /// It fits into no 64-bit number.
        case numberOutOfRange = "this number is too large"
        /// A byte below 0x20 inside a text.
        case controlCharacter = "control characters in a text must be escaped"
        /// What follows a backslash inside a text.
        case invalidEscape = "this escape does not exist in JSON, or is half of a surrogate pair"
        /// Bytes that stand for no character.
        case invalidUTF8 = "this text is not valid UTF-8"
        /// What such an object means depends on who reads it.
        case duplicateName = "this name appears twice in its object"
        /// Deeper than the parser goes.
        case tooDeep = "lists and objects are nested too deeply"
        /// More than white space follows.
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
