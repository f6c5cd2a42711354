import Foundation
public import KubernetesClient

/// What templates are told about the cluster.
public struct HelmCapabilities: Sendable, Hashable {
    /// The Kubernetes version, such as `v1.36.2`.
    public var kubernetesVersion: String
    /// Every `group/version` and `group/version/Kind` that the cluster serves.
    public var apiVersions: [String]

    /// Creates a description.
    public init(kubernetesVersion: String, apiVersions: [String]) {
        self.kubernetesVersion = kubernetesVersion
        self.apiVersions = apiVersions
    }
}

extension HelmProgram {
    /// Renders a chart for a namespace without installing anything.
    ///
    /// Lookups in templates read the cluster (`--dry-run=server`). Objects of the chart's folder `crds/` are left out.
    ///
    /// - Parameters:
    ///   - chart: the chart; one with dependencies can't be rendered from a release.
    ///   - values: the user's values, laid over the chart's own.
    ///   - release: the release's name, as templates see it.
    ///   - namespace: the namespace, as templates see it; lookups need it to exist.
    ///   - capabilities: what the cluster serves; Helm's own defaults where this is `nil`.
    ///   - isUpgrade: whether templates see an upgrade rather than an install.
    /// - Returns: the objects, hooks included, in the order in which Helm would install them.
    /// - Throws: ``HelmFailure`` and ``ManifestError``.
    public func render(
        _ chart: HelmChart, values: JSONValue, release: String, namespace: String,
        capabilities: HelmCapabilities? = nil, isUpgrade: Bool = false, deadline: Duration = .seconds(60)
    ) async throws -> [JSONValue] {
        let text = try await withDirectory { directory in
            let files = try write(chart, values, to: directory)
            var arguments = [
                "template", release, files.chart, "--namespace", namespace, "--values", files.values,
                "--dry-run=server",
                "--skip-tests",
            ]
            if isUpgrade { arguments.append("--is-upgrade") }
            if let capabilities {
                arguments += ["--kube-version", capabilities.kubernetesVersion]
                if !capabilities.apiVersions.isEmpty {
                    arguments += ["--api-versions", capabilities.apiVersions.joined(separator: ",")]
                }
            }
            return try await run(arguments, deadline: deadline)
        }
        return try ManifestDocuments.objects(in: text)
    }

    /// Writes a chart and the user's values beside it.
    ///
    /// - Returns: the paths of both.
    func write(_ chart: HelmChart, _ values: JSONValue, to directory: URL) throws -> (chart: String, values: String) {
        let files = (directory.appendingPathComponent("chart"), directory.appendingPathComponent("values.json"))
        do {
            try chart.write(to: files.0)
            try values.serialized().write(to: files.1)
        } catch {
            throw HelmFailure(
                kind: .files, command: "", message: "the chart \(chart.title) cannot be written: \(error)")
        }
        return (files.0.path, files.1.path)
    }
}
