import Shared

/// How addresses are formed.
struct AddressScheme: Sendable, Hashable {
    enum Name: String, Sendable {
        case http, https

        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    let name: Name
    let port: Int
    let hosts: PreviewHosts

    /// Where people reach a host; the port is left out where it is the scheme's.
    func url(host: String) -> String {
        let suffix = port == name.defaultPort ? "" : ":\(port)"
        return "\(name.rawValue)://\(host)\(suffix)"
    }

    /// The hosts of a service, the one to show first. The primary service answers at the preview's own as well.
    func hosts(of service: String, in preview: PreviewID, isPrimary: Bool) -> [String] {
        [hosts.external(service: service, preview: preview)] + (isPrimary ? [hosts.primary(preview: preview)] : [])
    }

    /// A host that no preview has, to see what the entry point says to strangers.
    var unknownHost: String { hosts.external(service: "no-such-service", preview: .random()) }
}
