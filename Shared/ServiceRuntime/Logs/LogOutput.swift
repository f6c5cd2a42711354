import Foundation
import Logging
import PreviewDomain

/// Chooses what logs look like.
enum LogOutput {
    static func bootstrap(_ settings: RuntimeConfiguration) {
        LoggingSystem.bootstrap { label in
            if settings.logsJSON {
                var handler = JSONLogHandler(label: label)
                handler.logLevel = settings.logLevel
                return handler
            }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = settings.logLevel
            return handler
        }
    }
}

/// Writes one JSON object a line to standard error: `time`, `level`, `service`, `message`, and the metadata by its keys.
struct JSONLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    var write: @Sendable (Data) -> Void = { line in
        // One write call a line, so that lines of several threads don't mix.
        line.withUnsafeBytes { bytes in _ = Foundation.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var entry = LogEntry(time: Date(), level: event.level.rawValue, service: label, message: "\(event.message)")
        entry.fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        if let error = event.error { entry.fields["error"] = String(describing: error) }
        guard var line = try? LogEntry.encoder.encode(entry) else { return }
        line.append(UInt8(ascii: "\n"))
        write(line)
    }
}

private struct LogEntry: Encodable {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()

    var time: Date
    var level: String
    var service: String
    var message: String
    var fields: [String: String] = [:]

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (name, value) in fields { try container.encode(value, forKey: Key(stringValue: name)) }
        try container.encode(JSONCoding.format(time), forKey: Key(stringValue: "time"))
        try container.encode(level, forKey: Key(stringValue: "level"))
        try container.encode(service, forKey: Key(stringValue: "service"))
        try container.encode(message, forKey: Key(stringValue: "message"))
    }
}
