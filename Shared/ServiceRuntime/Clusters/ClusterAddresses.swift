/// How previews on a cluster answer, as far as that differs from the other clusters; `nil` means as everywhere.
public struct ClusterAddresses: Sendable, Hashable {
    /// The schemes that addresses can have.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        case http, https
    }

    /// The domain under which previews answer, such as `eu.preview.example.com`.
    public var baseDomain: String?
    /// The entry point to probe through, such as `https://10.0.0.7:8443`.
    public var entry: String?
    /// The Ingress class.
    public var ingressClass: String?
    /// The scheme of addresses.
    public var scheme: Scheme?
    /// The port in addresses.
    public var port: Int?

    /// Creates the settings.
    public init(
        baseDomain: String? = nil, entry: String? = nil, ingressClass: String? = nil, scheme: Scheme? = nil,
        port: Int? = nil
    ) {
        self.baseDomain = baseDomain
        self.entry = entry
        self.ingressClass = ingressClass
        self.scheme = scheme
        self.port = port
    }
}
