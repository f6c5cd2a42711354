/// Everything that is needed to run a program of a container once.
struct ContainerPlan: Sendable {
    /// A folder or file of the machine and where the program finds it.
    struct Mount: Sendable, Equatable {
        var source: String
        var target: String
        var isReadOnly: Bool
    }

    /// Program and arguments.
    var command: [String]
    var environment: [String: String]
    /// The image's folder; becomes `/app`.
    var imageDirectory: String
    /// Where the program starts; `/app` when `nil`.
    var workingDirectory: String?
    var mounts: [Mount]
    /// The folder that becomes `/tmp`.
    var temporaryDirectory: String
    /// The file that becomes `/etc/hosts`.
    var hostsFile: String
    var hostname: String
    /// The numeric user and group to run as; those of this process when `nil`, and always when it is not root.
    var user: Int?
    var group: Int?
    /// Bytes of resident memory above which the program is stopped.
    var memoryLimit: Int?
}
