public import PreviewDomain

/// Why a run of the `helm` program did not do what it should.
public struct HelmFailure: ClassifiedFailure, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, Hashable {
        /// There is no `helm` program.
        case programMissing
        /// It did not end in time, and was ended.
        case timedOut
        /// The cluster did not answer.
        case unreachable
        /// The cluster is known not to answer; nothing was run, or what ran was ended.
        case clusterAway
        /// Another run works on the release, or died while it did.
        case releaseBusy
        /// There is no such release.
        case releaseNotFound
        /// A template or the values are wrong.
        case rendering
        /// A hook failed, or did not end in time.
        case hook
        /// The API server refused an object.
        case refused
        /// A file could not be written.
        case files
        /// Helm said something else.
        case other
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// Helm's subcommand, such as `upgrade`.
    public var command: String
    /// What Helm said, without its `Error:`.
    public var message: String

    /// Creates a failure.
    public init(kind: Kind, command: String, message: String) {
        self.kind = kind
        self.command = command
        self.message = message
    }

    /// Permanent where another run would fail in the same way.
    public var failureClass: FailureClass {
        switch kind {
        case .programMissing, .rendering, .releaseNotFound, .hook, .refused: .permanent
        case .timedOut, .unreachable, .clusterAway, .releaseBusy, .files, .other: .transient
        }
    }

    /// Whether the cluster is known to be away, which is said elsewhere.
    public var isOutage: Bool { kind == .clusterAway }

    /// One sentence for an operator.
    public var description: String { "helm \(command): \(message)" }
}

extension HelmFailure {
    /// Reads what Helm wrote when it failed. Its exit code is always 1, so that its words are all there is to go by.
    init(command: String, standardError: String) {
        let lines = standardError.split(separator: "\n").map(String.init)
        let first = lines.firstIndex { $0.hasPrefix("Error: ") } ?? lines.startIndex
        var message = lines[first...].joined(separator: "\n")
        if message.hasPrefix("Error: ") { message.removeFirst("Error: ".count) }
        let kind =
            Self.isInterrupted(message)
            ? .unreachable : Self.phrases.first { message.contains($0.phrase) }?.kind ?? .other
        self.init(kind: kind, command: command, message: message)
    }

    /// Whether it was the way to the API server, or the server itself, that failed. Helm says so within whatever it was
    /// about, such as a hook or a template's lookup, which is then not to blame.
    private static func isInterrupted(_ message: String) -> Bool {
        // Go's HTTP client names method and address where no answer came.
        message.contains(#/(Get|Head|Post|Put|Patch|Delete) "https?:///#)
            || interruptions.contains { message.contains($0) }
    }

    private static let interruptions = [
        "Kubernetes cluster unreachable",
        "connection refused",
        "unexpected error when reading response body",
        "the server is currently unable to handle the request",
        "has prevented the request from succeeding",
        "Internal error occurred",
        "the server has received too many requests",
        "the server was unable to return a response in the time allotted",
        "failed to download openapi",
        "could not get server version from Kubernetes",
        "could not get apiVersions from Kubernetes",
        "etcdserver: ",
    ]

    private static let phrases: [(phrase: String, kind: Kind)] = [
        ("another operation (install/upgrade/rollback) is in progress", .releaseBusy),
        ("release: not found", .releaseNotFound),
        ("has no deployed releases", .releaseNotFound),
        ("hooks failed", .hook),
        ("pre-install", .hook), ("post-install", .hook), ("pre-upgrade", .hook), ("post-upgrade", .hook),
        ("execution error at", .rendering),
        ("parse error at", .rendering),
        ("template: ", .rendering),
        ("YAML parse error on", .rendering),
        ("values don't meet the specifications of the schema", .rendering),
        ("cannot load values", .rendering),
        ("is forbidden", .refused),
        ("is invalid", .refused),
        ("unable to build kubernetes objects", .refused),
        ("cannot be imported into the current release", .refused),
    ]
}
