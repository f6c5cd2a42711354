/// Where the node keeps its files and what it offers.
struct NodeConfiguration: Sendable {
    /// The node's name, as `kubectl get nodes` shows it.
    var name = "dev"
    /// The folder of everything that pods write: volumes, logs, hosts files.
    var directory: String
    /// The folder with the images: `<repository>/<tag>/run`.
    var imagesDirectory: String
    /// Whether programs run in bubblewrap sandboxes where that works.
    var usesSandbox = true
    /// Whether an empty database folder is made at the start, which makes the first databases quicker.
    var preparesDatabases = true

    var podsDirectory: String { "\(directory)/pods" }
    var volumesDirectory: String { "\(directory)/volumes" }
    var logsDirectory: String { "\(directory)/logs" }
    var databaseImageDirectory: String { "\(directory)/postgresql" }
    var hostsDirectory: String { "\(directory)/hosts" }
}
