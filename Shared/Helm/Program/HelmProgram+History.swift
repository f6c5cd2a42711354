import Foundation
import KubernetesClient

/// One line of a release's history.
public struct HelmHistoryEntry: Sendable, Hashable {
    /// The revision, counted from 1.
    public var revision: Int
    /// How the work on the revision ended, or stands.
    public var status: HelmReleaseStatus
    /// The chart's name and version.
    public var chart: String
    /// The version that the chart says it installs.
    public var appVersion: String
    /// What was noted about the revision.
    public var description: String
}

extension HelmProgram {
    /// The revisions of a release that are kept, oldest first.
    ///
    /// - Throws: ``HelmFailure``.
    public func history(release: String, namespace: String) async throws -> [HelmHistoryEntry] {
        let text = try await run(
            ["history", release, "--namespace", namespace, "--output", "json"], deadline: .seconds(60))
        guard let entries = try? JSONValue(parsing: [UInt8](text.utf8)).array else {
            throw HelmFailure(kind: .other, command: "history", message: "the answer is no JSON list")
        }
        return entries.map { entry in
            HelmHistoryEntry(
                revision: entry["revision"].int ?? 0,
                status: HelmReleaseStatus(rawValue: entry["status"].string ?? "") ?? .unknown,
                chart: entry["chart"].string ?? "", appVersion: entry["app_version"].string ?? "",
                description: entry["description"].string ?? "")
        }
    }
}
