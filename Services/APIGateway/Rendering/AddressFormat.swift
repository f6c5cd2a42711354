import PreviewDomain

/// How the addresses of previews are written.
struct AddressFormat: Sendable {
    /// The domain under which previews answer.
    var baseDomain: String
    /// `https` or `http`.
    var scheme: String
    /// The port, where it is not the scheme's own.
    var port: Int?

    /// The format on a cluster that differs in what is set.
    func adapted(to cluster: ClusterObserved.Addresses) -> AddressFormat {
        var format = self
        format.baseDomain = cluster.baseDomain ?? baseDomain
        if let scheme = cluster.scheme, scheme != self.scheme {
            (format.scheme, format.port) = (scheme, nil)
        }
        if let port = cluster.port { format.port = port == (format.scheme == "https" ? 443 : 80) ? nil : port }
        return format
    }

    private var hosts: PreviewHosts { PreviewHosts(baseDomain: baseDomain) }

    /// Where the primary service answers at the preview's own host.
    func primaryURL(preview: PreviewID) -> String {
        "\(scheme)://\(hosts.primary(preview: preview))\(port.map { ":\($0)" } ?? "")"
    }

    /// Where a service answers outside the cluster.
    func url(service: String, preview: PreviewID) -> String {
        "\(scheme)://\(hosts.external(service: service, preview: preview))\(port.map { ":\($0)" } ?? "")"
    }
}
