import Configuration
import Shared

/// What the promoter is told.
///
/// - `helm` (string, `helm`): the Helm 3 program.
/// - `rollout.deadline.seconds` (int, 300): how long a rollout may take until it is taken back.
struct PromoterConfiguration: Sendable {
    let helm: String
    let rolloutDeadline: Duration

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        helm = reader.string(forKey: "helm", default: "helm")
        rolloutDeadline = .seconds(try reader.number("rollout.deadline.seconds", default: 300, in: 1...86_400))
    }
}
