import Configuration
import ServiceRuntime

/// How services are deployed.
///
/// - `helm.hook.timeout.seconds` (int, 300): how long a hook, such as a migration, may take.
/// - `helm.hook.silence.seconds` (int, 10): how long after a hook's end Helm may take at least to go on.
/// - `helm.stale.seconds` (int, 15): after how long the work of a process that died is taken over.
/// - `deploy.log.lines` (int, 20): how many log lines a failure carries.
struct DeploymentSettings: Sendable, Hashable {
    var hookTimeout: Duration = .seconds(300)
    var hookSilence: Duration = .seconds(10)
    var staleAfter: Duration = .seconds(15)
    var logLines = 20

    init() {}

    /// - Throws: ``ConfigurationProblem`` naming the key that can't be used.
    init(reader: ConfigReader) throws(ConfigurationProblem) {
        hookTimeout = .seconds(try reader.number("helm.hook.timeout.seconds", default: 300, in: 1...86_400))
        hookSilence = .seconds(try reader.number("helm.hook.silence.seconds", default: 10, in: 1...86_400))
        staleAfter = .seconds(try reader.number("helm.stale.seconds", default: 15, in: 1...86_400))
        logLines = try reader.number("deploy.log.lines", default: 20, in: 0...1000)
    }
}
