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

    public var failureClass: FailureClass {
        switch kind {
        case .programMissing, .rendering, .releaseNotFound, .hook, .refused: .permanent
        case .timedOut, .unreachable, .releaseBusy, .files, .other: .transient
        }
    }

    public var description: String { "helm \(command): \(message)" }
}

extension HelmFailure {
    /// Reads what Helm wrote when it failed. Its exit code is always 1, so that its words are all there is to go by.
    init(command: String, standardError: String) {
        let lines = standardError.split(separator: "\n").map(String.init)
        let first = lines.firstIndex { $0.hasPrefix("Error: ") } ?? lines.startIndex
        var message = lines[first...].joined(separator: "\n")
        if message.hasPrefix("Error: ") { message.removeFirst("Error: ".count) }
        let kind = Self.phrases.first { message.contains($0.phrase) }?.kind ?? .other
        self.init(kind: kind, command: command, message: message)
    }

    private static let phrases: [(phrase: String, kind: Kind)] = [
        ("another operation (install/upgrade/rollback) is in progress", .releaseBusy),
        ("release: not found", .releaseNotFound),
        ("has no deployed releases", .releaseNotFound),
        ("Kubernetes cluster unreachable", .unreachable),
        ("connection refused", .unreachable),
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
        ("unable to continue with", .refused),
    ]
}
