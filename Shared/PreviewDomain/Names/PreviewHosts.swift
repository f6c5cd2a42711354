/// The host names of a preview's services.
public struct PreviewHosts: Sendable, Hashable {
    /// The domain under which previews answer, such as `preview.example.com`.
    public let baseDomain: String

    /// Creates the names under a base domain.
    public init(baseDomain: String) { self.baseDomain = baseDomain }

    /// `<service>-<id>.<base domain>`; the first label is shortened where it is over 63 characters.
    public func external(service: String, preview: PreviewID) -> String {
        "\(DNSLabel.joining(service, preview.rawValue)).\(baseDomain)"
    }

    /// `<id>.<base domain>`, where the primary service answers as well.
    public func primary(preview: PreviewID) -> String { "\(preview.rawValue).\(baseDomain)" }

    /// `<service>.<namespace>.svc.cluster.local`.
    public static func `internal`(service: String, namespace: String) -> String {
        "\(service).\(namespace).svc.cluster.local"
    }
}
