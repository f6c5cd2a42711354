import Configuration
import Foundation
import PreviewDomain
import ServiceRuntime

/// How PreviewEnvironments are served.
///
/// - `environment.version.template` (string, `{headSHA}`): how a pull request's version is named; may hold `{headSHA}`,
///   `{shortSHA}` (7 digits), `{prNumber}` and `{headBranch}`.
/// - `environment.update.pause.seconds` (int, 10): how long after a change the next one waits; the newest counts then.
/// - `environment.resync.seconds` (int, 60): how often the gateway is asked again for what it granted or refused for good.
/// - `environment.retry.seconds` (int, 15): the same while something is under way or may be granted later.
struct EnvironmentSettings: Sendable {
    /// Holds a resource until nothing of its preview is left.
    static let finalizer = "preview.previewd.io/finalizer"

    var template = VersionTemplate.headSHA
    var updatePause: Duration = .seconds(10)
    var resync: Duration = .seconds(60)
    var retry: Duration = .seconds(15)
    /// How long the gateway may take to answer until the status says that it does not.
    var answerPatience: Duration = .seconds(10)
    /// How often a status is written where only the time of its last sync is new.
    var syncNote: TimeInterval = 60
    /// How long after a change the phase stays `Updating` at least: while changes follow each other faster than rollouts
    /// take, it does not flicker.
    var settling: Duration = .seconds(2)
    /// How often it is made sure that a preview which was ordered elsewhere is still there.
    var mirrorResync: Duration = .seconds(600)
    /// How often previews are looked for whose resources went while nobody watched.
    var departureResync: Duration = .seconds(60)
    /// How often a cluster that does not serve the resource is asked again.
    var definitionPause: Duration = .seconds(15)

    init() {}

    init(reader: ConfigReader) throws(ConfigurationProblem) {
        if let text = reader.string(forKey: "environment.version.template"), !text.isEmpty {
            guard let template = VersionTemplate(text) else {
                let known = VersionTemplate.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                throw ConfigurationProblem(
                    key: "environment.version.template", problem: "\(text) holds braces around none of \(known)")
            }
            self.template = template
        }
        updatePause = .seconds(
            try reader.number("environment.update.pause.seconds", default: 10, in: 0...3600))
        resync = .seconds(try reader.number("environment.resync.seconds", default: 60, in: 1...3600))
        retry = .seconds(try reader.number("environment.retry.seconds", default: 15, in: 1...3600))
    }

    /// How long after asking the gateway is asked again.
    func repeatAfter(_ phase: EnvironmentPhase?) -> Duration {
        switch phase {
        case .ready, .failed, .creating: resync
        case .pending, .updating, .deleting, nil: retry
        }
    }
}
