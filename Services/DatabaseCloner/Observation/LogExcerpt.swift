import Shared

/// The end of a log, fit to be shown.
enum LogExcerpt {
    /// The last lines, oldest first. The operator's JSON lines are reduced to level, message and error; passwords in
    /// connection strings are blanked.
    static func lines(of log: String, last count: Int = 12) -> [String] {
        log.split(separator: "\n").suffix(count).map { line in
            redacted(String((readable(line) ?? String(line)).prefix(400)))
        }
    }

    private static func readable(_ line: Substring) -> String? {
        guard line.hasPrefix("{"), let value = try? JSONValue(parsing: Array(line.utf8)) else { return nil }
        let words = [
            value["level"].string, value["msg"].string, value["record"]["message"].string, value["error"].string,
            value["err"].string,
        ]
        let text = words.compactMap { $0 }.filter { !$0.isEmpty && $0 != "record" }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }

    /// A text without the passwords in its connection strings.
    static func redacted(_ text: String) -> String {
        text.replacing(#/(password\s*=\s*)('[^']*'|"[^"]*"|\S+)/#.ignoresCase()) { "\($0.output.1)***" }
            .replacing(#/(:\/\/[^:@\/\s]+:)[^@\s]+@/#) { "\($0.output.1)***@" }
    }
}
