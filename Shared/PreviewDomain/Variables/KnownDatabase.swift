/// A CloudNativePG cluster that variables may lead to, with what tells that they do.
public struct KnownDatabase: Sendable, Hashable {
    /// The cluster.
    public let reference: DatabaseReference
    /// Names of the secrets in its namespace that hold its credentials, such as `<cluster>-app`.
    public let secrets: Set<String>
    /// Further hosts that lead to it, such as a pooler's.
    public let additionalHosts: Set<String>
    /// Its passwords, to find them in values of any form. They leave this process in no way.
    public let passwords: Set<String>

    /// Creates a database. By default its secrets are those that CloudNativePG makes.
    public init(
        reference: DatabaseReference, secrets: Set<String>? = nil, additionalHosts: Set<String> = [],
        passwords: Set<String> = []
    ) {
        self.reference = reference
        self.secrets = secrets ?? ["\(reference.cluster)-app", "\(reference.cluster)-superuser"]
        self.additionalHosts = additionalHosts
        self.passwords = passwords
    }

    /// Its services' names: `<cluster>-rw`, `-ro` and `-r`.
    var serviceNames: [String] { ["rw", "ro", "r"].map { "\(reference.cluster)-\($0)" } }

    /// Whether a host name, seen from a namespace, leads to the database.
    func answers(host: String, from namespace: String) -> Bool {
        var host = host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        if additionalHosts.contains(host) { return true }
        return serviceNames.contains {
            ServiceHost.matches(host, service: $0, in: reference.namespace, from: namespace)
        }
    }

    /// Every name of it that a text may hold, longest first.
    func hosts(from namespace: String) -> [String] {
        let qualified = serviceNames.flatMap { service in
            ServiceHost.suffixes(namespace: reference.namespace).map { "\(service)\($0)" }
        }
        let short = namespace == reference.namespace ? serviceNames : []
        return (qualified + short + additionalHosts).sorted { $0.count > $1.count }
    }
}

/// The names by which a Service is reached.
enum ServiceHost {
    /// What follows a Service's name: `.ns.svc.cluster.local`, `.ns.svc`, `.ns`, longest first.
    static func suffixes(namespace: String) -> [String] {
        [".\(namespace).svc.cluster.local", ".\(namespace).svc", ".\(namespace)"]
    }

    /// Whether a host name, seen from a namespace, is that of the Service. Cluster domains other than `cluster.local`
    /// match as well.
    static func matches(_ host: String, service: String, in namespace: String, from viewer: String) -> Bool {
        if host == service { return viewer == namespace }
        return host == "\(service).\(namespace)" || host == "\(service).\(namespace).svc"
            || host.hasPrefix("\(service).\(namespace).svc.")
    }
}
