/// A W3C trace context header, `00-<trace id>-<span id>-<flags>`.
public struct TraceParent: Sendable, Equatable, CustomStringConvertible {
    let traceID: String
    let spanID: String
    let flags: String

    /// Starts a trace.
    public init() {
        traceID = Self.hex(UInt64.random(in: 1 ... .max)) + Self.hex(UInt64.random(in: 0 ... .max))
        spanID = Self.hex(UInt64.random(in: 1 ... .max))
        flags = "01"
    }

    /// Reads a header, `nil` where it is malformed.
    public init?(_ header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff",
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        traceID = String(parts[1])
        spanID = String(parts[2])
        flags = String(parts[3])
    }

    private init(traceID: String, spanID: String, flags: String) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The next hop of the same trace.
    var child: TraceParent {
        TraceParent(traceID: traceID, spanID: Self.hex(UInt64.random(in: 1 ... .max)), flags: flags)
    }

    /// The header's text, in the version of it that is written here.
    public var description: String { "00-\(traceID)-\(spanID)-\(flags)" }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
