import Configuration
import Shared

/// What the reaper is told, beside what every service is.
///
/// - `database.path` (string, required): the SQLite file with the ledger and the timers.
/// - `sweep.seconds` (int, 60): how often the clusters are searched for what previews left behind.
/// - `leftover.grace.seconds` (int, 10): how long after a preview's end the others have to remove what they made before
///   the reaper removes it.
/// - `cleanup.stuck.seconds` (int, 120): how long a removal may take until it is reported as stuck.
/// - `unknown.grace.seconds` (int, 3600): how long objects may belong to a preview that nobody has told of until that is
///   reported.
/// - `retention.days` (int, 30): how long a cleaned preview is remembered.
struct ReaperConfiguration: Sendable {
    let databasePath: String
    let verification: VerificationSettings
    let sweep: SweepSettings

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        databasePath = try reader.required("database.path", example: "/var/lib/understudy/reaper.sqlite")
        verification = VerificationSettings(
            leftoverGrace: .seconds(try reader.number("leftover.grace.seconds", default: 10, in: 0...3600)),
            stuckAfter: .seconds(try reader.number("cleanup.stuck.seconds", default: 120, in: 1...86400)))
        sweep = SweepSettings(
            sweepInterval: .seconds(try reader.number("sweep.seconds", default: 60, in: 1...86400)),
            unknownGrace: .seconds(try reader.number("unknown.grace.seconds", default: 3600, in: 0...604_800)),
            retention: .seconds(86400 * (try reader.number("retention.days", default: 30, in: 1...3650))))
    }
}
