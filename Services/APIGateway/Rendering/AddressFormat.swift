import PreviewDomain

/// How the addresses of previews are written.
struct AddressFormat: Sendable {
    /// The domain under which previews answer.
    var baseDomain: String
    /// `https` or `http`.
    var scheme: String
    /// The port, where it is not the scheme's own.
    var port: Int?

    private var hosts: PreviewHosts { PreviewHosts(baseDomain: baseDomain) }

    /// Where a service answers outside the cluster.
    func url(service: String, preview: PreviewID) -> String {
        "\(scheme)://\(hosts.external(service: service, preview: preview))\(port.map { ":\($0)" } ?? "")"
    }
}
