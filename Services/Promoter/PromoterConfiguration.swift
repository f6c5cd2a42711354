import Configuration
import Shared

/// What the promoter is told.
///
/// - `helm` (string, `helm`): the Helm 3 program.
/// - `helm.hook.timeout.seconds` (int, 300): how long a hook, such as a migration, may take.
/// - `helm.hook.silence.seconds` (int, 30): how long after a hook's end Helm may take at least to go on; doubled with each
///   attempt.
/// - `rollout.deadline.seconds` (int, 300): how long a rollout may take until it is taken back.
struct PromoterConfiguration: Sendable {
    let helm: String
    let hooks: HookSettings
    let rolloutDeadline: Duration

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        helm = reader.string(forKey: "helm", default: "helm")
        hooks = HookSettings(
            timeout: .seconds(try reader.number("helm.hook.timeout.seconds", default: 300, in: 1...86_400)),
            silence: .seconds(try reader.number("helm.hook.silence.seconds", default: 30, in: 1...86_400)))
        rolloutDeadline = .seconds(try reader.number("rollout.deadline.seconds", default: 300, in: 1...86_400))
    }
}

/// How the hooks of production's charts are waited for.
struct HookSettings: Sendable, Hashable {
    /// How long each may take.
    var timeout: Duration = .seconds(300)
    /// How long after their end Helm may take at least to go on. It may have much to change by then.
    var silence: Duration = .seconds(30)

    /// The silence that an attempt is allowed, after so many others that were ended for it.
    func silence(afterAttempts count: Int) -> Duration { silence * (1 << min(count, 5)) }
}
