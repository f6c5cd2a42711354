/// How a run of a program ended.
struct ContainerExit: Sendable, Equatable {
    var exitCode: Int
    /// The signal that ended it, where the operating system tells.
    var signal: Int?
    /// Ended by the node because it used more memory than its limit.
    var wasOutOfMemory = false

    /// The reason as container statuses name it.
    var reason: String {
        if wasOutOfMemory { return "OOMKilled" }
        return exitCode == 0 ? "Completed" : "Error"
    }
}
