import Foundation
public import KubernetesClient

/// A chart: metadata, templates, default values and files.
public struct HelmChart: Sendable {
    /// A file of a chart.
    public struct File: Sendable, Hashable {
        /// The path inside the chart, such as `templates/deployment.yaml`.
        public var path: String
        /// The file's bytes.
        public var contents: [UInt8]

        /// Creates a file.
        public init(path: String, contents: [UInt8]) {
            self.path = path
            self.contents = contents
        }
    }

    /// What `Chart.yaml` holds.
    public var metadata: JSONValue
    /// The chart's default values.
    public var values: JSONValue
    /// The JSON schema of the values, where there is one.
    public var schema: [UInt8]?
    /// Templates and other files.
    public var files: [File]

    /// Creates a chart.
    public init(metadata: JSONValue, values: JSONValue = .object([:]), schema: [UInt8]? = nil, files: [File]) {
        self.metadata = metadata
        self.values = values
        self.schema = schema
        self.files = files
    }

    /// Name and version, such as `orders-0.1.0`.
    public var title: String { "\(metadata["name"].string ?? "")-\(metadata["version"].string ?? "")" }

    /// Names of the charts that it depends on. A release does not hold them, so a chart that was read from a release can
    /// be rendered again only where this is empty.
    public var dependencies: [String] { (metadata["dependencies"].array ?? []).compactMap { $0["name"].string } }
}

extension HelmChart {
    init(releaseJSON json: JSONValue) throws(HelmReleaseError) {
        guard let metadata = json["metadata"], metadata["name"].string != nil else {
            throw .malformed("the chart has no metadata")
        }
        var files: [File] = []
        for list in ["templates", "files"] {
            for file in json[list].array ?? [] {
                guard let path = file["name"].string, let contents = Data(base64Encoded: file["data"].string ?? "")
                else { throw .malformed("a file of the chart has no name, or is not base64") }
                guard Self.isContained(path) else { throw .malformed("the chart has a file at \(path)") }
                files.append(File(path: path, contents: [UInt8](contents)))
            }
        }
        self.init(
            metadata: metadata, values: json["values"]?.object.map { .object($0) } ?? .object([:]),
            schema: json["schema"].string.flatMap { Data(base64Encoded: $0) }.flatMap {
                $0.isEmpty ? nil : [UInt8]($0)
            },
            files: files)
    }

    /// Whether a path stays inside the chart: what a release says is not to be trusted with other places.
    static func isContained(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !path.contains("\\") && !path.contains("\0") && !parts.contains { ["", ".", ".."].contains($0) }
    }
}
