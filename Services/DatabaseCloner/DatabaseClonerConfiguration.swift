import Configuration
import Shared

/// What db-cloner is told, beside what every service is.
///
/// - `clone.cpu.request`, `clone.cpu.limit` (quantities, `100m` and `500m`): of a clone's one instance.
/// - `clone.memory.request`, `clone.memory.limit` (quantities, `256Mi` and `512Mi`): the same for memory.
/// - `resync.seconds` (int, 30): how often an unchanged clone is reported again.
/// - `cleanup.stuck.seconds` (int, 120): how long a removal may take until it is reported as stuck.
struct DatabaseClonerConfiguration: Sendable {
    let clones: CloneSettings
    let resync: Duration
    let stuckAfter: Duration

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        clones = CloneSettings(
            cpuRequest: try reader.quantity("clone.cpu.request", default: "100m"),
            cpuLimit: try reader.quantity("clone.cpu.limit", default: "500m"),
            memoryRequest: try reader.quantity("clone.memory.request", default: "256Mi"),
            memoryLimit: try reader.quantity("clone.memory.limit", default: "512Mi"))
        resync = .seconds(try reader.number("resync.seconds", default: 30, in: 1...3600))
        stuckAfter = .seconds(try reader.number("cleanup.stuck.seconds", default: 120, in: 1...86400))
    }
}
