import Configuration
import Logging

/// What the runtime itself is told.
///
/// - `log.level` (string, `info`): trace, debug, info, notice, warning, error, critical.
/// - `log.format` (string, `json`): `json` or `text`.
/// - `admin.host` (string, `127.0.0.1`): where `/livez`, `/readyz` and `/metrics` are served.
/// - `admin.port` (int, 9090): 0 takes any free port.
/// - `shutdown.grace.seconds` (int, 25): how long a graceful stop may take.
struct RuntimeConfiguration: Sendable {
    let logLevel: Logger.Level
    let logsJSON: Bool
    let adminHost: String
    let adminPort: Int
    let shutdownGrace: Duration

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        let level = reader.string(forKey: "log.level", default: "info")
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw ConfigurationProblem(
                key: "log.level",
                problem: "\(level) is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let format = reader.string(forKey: "log.format", default: "json")
        guard format == "json" || format == "text" else {
            throw ConfigurationProblem(key: "log.format", problem: "\(format) is neither json nor text")
        }
        self.logLevel = logLevel
        self.logsJSON = format == "json"
        self.adminHost = reader.string(forKey: "admin.host", default: "127.0.0.1")
        self.adminPort = try reader.port("admin.port", default: 9090)
        self.shutdownGrace = .seconds(try reader.number("shutdown.grace.seconds", default: 25, in: 0...3600))
    }
}
