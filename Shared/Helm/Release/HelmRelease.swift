import Foundation
public import KubernetesClient

/// One revision of a Helm 3 release, as Helm keeps it in a Secret of type `helm.sh/release.v1`.
public struct HelmRelease: Sendable {
    /// The release's name.
    public var name: String
    /// The namespace that it is installed in.
    public var namespace: String
    /// Counts from 1.
    public var revision: Int
    /// Where the revision stands.
    public var status: HelmReleaseStatus
    /// What Helm said about it, such as `Install complete` or why it failed.
    public var description: String
    /// The chart, without the charts that it depends on: Helm does not keep those.
    public var chart: HelmChart
    /// The values that the user gave, without the chart's own.
    public var values: JSONValue
    /// The objects that it installed, as YAML documents, without hooks.
    public var manifest: String
    /// The hooks' objects, as YAML documents.
    public var hooks: [String]

    /// Reads a release from its JSON form.
    public init(json: JSONValue) throws(HelmReleaseError) {
        guard let name = json["name"].string, let revision = json["version"].int else {
            throw .malformed("name or version is missing")
        }
        self.name = name
        self.revision = revision
        namespace = json["namespace"].string ?? "default"
        status = HelmReleaseStatus(rawValue: json["info"]["status"].string ?? "") ?? .unknown
        description = json["info"]["description"].string ?? ""
        chart = try HelmChart(releaseJSON: json["chart"] ?? .null)
        values = json["config"]?.object.map { .object($0) } ?? .object([:])
        manifest = json["manifest"].string ?? ""
        hooks = (json["hooks"].array ?? []).compactMap { $0["manifest"].string }
    }

    /// Reads a release from its Secret, an object of the Kubernetes API.
    ///
    /// The value is base64 (the API's) of base64 (Helm's) of gzip of JSON. Helm's own early releases are not packed.
    public init(secret: JSONValue) throws(HelmReleaseError) {
        guard let outer = secret["data"]["release"].string.flatMap({ Data(base64Encoded: $0) }),
            let inner = Data(base64Encoded: outer)
        else { throw .malformed("data.release is missing or not base64") }
        var bytes = [UInt8](inner)
        if Gzip.isGzip(bytes) { bytes = try Gzip.decompress(bytes, limit: Self.maximumSize) }
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes) } catch { throw .malformed("\(error)") }
        try self.init(json: json)
    }

    /// The most bytes that a release may have when unpacked. A Secret holds 1 MiB at most.
    static let maximumSize = 64 << 20
}

/// Where a revision of a release stands.
public enum HelmReleaseStatus: String, Sendable, Hashable {
    case deployed, superseded, failed, uninstalled, uninstalling, unknown
    case pendingInstall = "pending-install"
    case pendingUpgrade = "pending-upgrade"
    case pendingRollback = "pending-rollback"

    /// Whether a Helm process is at it, or died while it was.
    public var isPending: Bool { [.pendingInstall, .pendingUpgrade, .pendingRollback].contains(self) }
}
