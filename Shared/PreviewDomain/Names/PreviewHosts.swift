/// The host names of a preview's services.
public struct PreviewHosts: Sendable, Hashable {
    /// The domain under which previews answer, such as `preview.example.com`.
    public let baseDomain: String

    /// Creates the names under a base domain.
    public init(baseDomain: String) { self.baseDomain = baseDomain }

    /// `<service>-<id>.<base domain>`; the first label is shortened where it is over 63 characters.
    public func external(service: String, preview: PreviewID) -> String {
        "\(Self.label(service: service, preview: preview)).\(baseDomain)"
    }

    /// The first label of a service's host: `<service>-<id>`, shortened where it is over 63 characters.
    ///
    /// It can be that of another preview: `api-pr-1` is service `api` of `pr-1`, and the primary service of `api-pr-1`.
    public static func label(service: String, preview: PreviewID) -> String {
        DNSLabel.joining(service, preview.rawValue)
    }

    /// `<id>.<base domain>`, where the primary service answers as well.
    public func primary(preview: PreviewID) -> String { "\(preview.rawValue).\(baseDomain)" }

    /// `<service>.<namespace>.svc.cluster.local`.
    public static func `internal`(service: String, namespace: String) -> String {
        "\(service).\(namespace).svc.cluster.local"
    }
}
