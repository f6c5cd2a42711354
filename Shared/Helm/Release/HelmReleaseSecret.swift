public import KubernetesClient

/// What a release's Secret says by its labels, without being unpacked.
public struct HelmReleaseSecret: Sendable {
    /// The label selector for every release's Secrets.
    public static let selector = "owner=helm"
    /// The `type` of the Secrets.
    public static let type = "helm.sh/release.v1"

    /// The label selector for the Secrets of one release.
    public static func selector(release: String) -> String { "owner=helm,name=\(release)" }

    /// The Secret's own name, `sh.helm.release.v1.<release>.v<revision>`.
    public let name: String
    /// The namespace of the release.
    public let namespace: String
    /// The release's name.
    public let release: String
    /// The revision, counted from 1.
    public let revision: Int
    /// How the work on the revision stands.
    public let status: HelmReleaseStatus
    /// All of its labels, those that `--labels` added included.
    public let labels: [String: String]
    /// The Secret as it was read.
    public let object: JSONValue

    /// Reads the labels, or returns `nil` where the object is no release's Secret.
    public init?(_ object: JSONValue) {
        guard let labels = object["metadata"]["labels"].strings, labels["owner"] == "helm",
            let release = labels["name"], let revision = labels["version"].flatMap({ Int($0) }),
            let name = object["metadata"]["name"].string
        else { return nil }
        self.name = name
        self.release = release
        self.revision = revision
        self.labels = labels
        self.object = object
        namespace = object["metadata"]["namespace"].string ?? "default"
        status = HelmReleaseStatus(rawValue: labels["status"] ?? "") ?? .unknown
    }

    /// The release itself.
    public func decoded() throws(HelmReleaseError) -> HelmRelease { try HelmRelease(secret: object) }
}

extension Sequence<HelmReleaseSecret> {
    /// The newest revision of all.
    public var newest: HelmReleaseSecret? { self.max { $0.revision < $1.revision } }

    /// The newest revision that is installed, whatever failed after it.
    public var newestDeployed: HelmReleaseSecret? { filter { $0.status == .deployed }.newest }
}
