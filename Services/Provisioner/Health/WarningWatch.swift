import KubernetesClient
import Logging

/// Follows a cluster's warnings, all of them: Events have no labels to select a preview's by. It is one stream for any
/// number of previews, and none of them has to be asked for.
struct WarningWatch: Sendable {
    let cluster: String
    let client: KubernetesClient
    let logger: Logger
    /// After how long it is tried again where the cluster refused.
    var retryAfter: Duration = .seconds(15)

    /// Tells of each warning until the task is cancelled. That they may not be read stops nothing else: it may be granted
    /// later, and an API server that has just started refuses for a moment what its roles grant.
    func follow(_ take: (WatchEvent) -> Void) async throws {
        var isTold = false
        while true {
            do {
                for try await event in client.watch(.events, fields: "type=Warning") {
                    if isTold { logger.notice("May watch events", metadata: ["cluster": "\(cluster)"]) }
                    isTold = false
                    take(event)
                }
            } catch let error as KubernetesError where error.isForbidden {
                logger.log(
                    level: isTold ? .debug : .warning,
                    "May not watch events: failing mounts and probes are reported without their cause",
                    metadata: ["cluster": "\(cluster)", "error": "\(error)"])
                isTold = true
            }
            try await client.pause(for: retryAfter)
        }
    }
}
