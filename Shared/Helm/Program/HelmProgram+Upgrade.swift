import Foundation
public import KubernetesClient

/// How a release is installed or upgraded.
public struct HelmUpgradeOptions: Sendable, Hashable {
    /// Installs the release where it does not exist.
    public var installs: Bool
    /// Takes over objects that exist already, instead of refusing to touch them.
    public var takesOwnership: Bool
    /// Whether Helm checks the objects against the cluster's OpenAPI document first; it costs most of the time.
    public var validates: Bool
    /// Labels for the Secret that keeps the release.
    public var labels: [String: String]
    /// How many revisions are kept.
    public var historyLimit: Int
    /// How long each hook may take.
    public var hookTimeout: Duration
    /// What is noted about the revision.
    public var description: String?

    /// Creates options.
    public init(
        installs: Bool = false, takesOwnership: Bool = false, validates: Bool = false, labels: [String: String] = [:],
        historyLimit: Int = 10, hookTimeout: Duration = .seconds(300), description: String? = nil
    ) {
        self.installs = installs
        self.takesOwnership = takesOwnership
        self.validates = validates
        self.labels = labels
        self.historyLimit = historyLimit
        self.hookTimeout = hookTimeout
        self.description = description
    }
}

extension HelmProgram {
    /// Upgrades a release to a chart and values, hooks included. Returns when the objects are stored: whether they
    /// become ready is watched elsewhere.
    ///
    /// - Parameter values: all values of the user; none of the present revision's are kept.
    /// - Throws: ``HelmFailure``.
    public func upgrade(
        release: String, to chart: HelmChart, values: JSONValue = .object([:]), namespace: String,
        options: HelmUpgradeOptions = .init()
    ) async throws {
        try await withDirectory { directory in
            let files = try write(chart, values, to: directory)
            var arguments = [
                "upgrade", release, files.chart, "--namespace", namespace, "--values", files.values, "--reset-values",
                "--history-max", "\(options.historyLimit)", "--timeout", "\(options.hookTimeout.components.seconds)s",
                "--hide-notes",
            ]
            if options.installs { arguments.append("--install") }
            if options.takesOwnership { arguments.append("--take-ownership") }
            if !options.validates { arguments.append("--disable-openapi-validation") }
            if let description = options.description { arguments += ["--description", description] }
            if !options.labels.isEmpty {
                let labels = options.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                arguments += ["--labels", labels.joined(separator: ",")]
            }
            // Helm bounds each hook; the whole run is bounded by several of them.
            _ = try await run(arguments, deadline: options.hookTimeout * 4 + .seconds(60))
        }
    }

    /// Puts a release back to an earlier revision, or to the previous one where `revision` is `nil`.
    ///
    /// - Throws: ``HelmFailure``.
    public func rollback(
        release: String, namespace: String, revision: Int? = nil, historyLimit: Int = 10,
        hookTimeout: Duration = .seconds(300)
    ) async throws {
        var arguments = ["rollback", release]
        if let revision { arguments.append("\(revision)") }
        arguments += [
            "--namespace", namespace, "--history-max", "\(historyLimit)", "--timeout",
            "\(hookTimeout.components.seconds)s",
        ]
        _ = try await run(arguments, deadline: hookTimeout * 4 + .seconds(60))
    }

    /// Removes a release, its objects and its history; one that does not exist is fine.
    ///
    /// - Throws: ``HelmFailure``.
    public func uninstall(release: String, namespace: String, hookTimeout: Duration = .seconds(300)) async throws {
        let arguments = [
            "uninstall", release, "--namespace", namespace, "--ignore-not-found", "--timeout",
            "\(hookTimeout.components.seconds)s",
        ]
        _ = try await run(arguments, deadline: hookTimeout * 4 + .seconds(60))
    }
}
