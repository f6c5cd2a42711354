import Configuration
import Foundation
import Shared

/// What dns-manager is told, beside what every service is.
///
/// - `base.domain` (string, required): the domain under which previews answer, such as `preview.example.com`.
/// - `address.provider` (string, `wildcard`): how hosts come to lead to the cluster. `wildcard`: one DNS record and one
///   certificate for all hosts of the base domain, made once by the operator of the installation.
/// - `address.scheme` (string, `https`): `https` or `http`.
/// - `address.port` (int, the scheme's): the port in addresses.
/// - `entry.url` (string): the entry point to probe through, where the hosts' names do not lead there from here.
/// - `ingress.class` (string): the Ingress class; the cluster's default one if not set.
/// - `tls.secret` (string): the secret with the wildcard certificate, if the ingress controller has none by itself.
///   `namespace/name` is copied into every preview's namespace and kept up to date there; a mere `name` is expected to
///   be there, as a reflector puts it.
/// - `address.ca.file` (string): certificates in PEM to trust instead of the system's.
/// - `address.deadline.seconds` (int, 300): how long an address may stay silent, with a service behind it that is up,
///   until it is reported as failed.
/// - `resync.seconds` (int, 30): how often an address that answers is tried and reported again.
/// - `cleanup.stuck.seconds` (int, 120): how long a removal may take until it is reported as stuck.
struct DNSManagerConfiguration: Sendable {
    private(set) var scheme: AddressScheme
    private(set) var entry: EntryPoint
    private(set) var provider: any AddressProvider
    let certificateAuthority: Data?
    let deadline: Duration
    let resync: Duration
    let stuckAfter: Duration

    private let certificate: CertificateSecret?

    /// Reads the settings.
    ///
    /// - Parameter fallbackDomain: the base domain where none is set, as when every cluster has one of its own.
    init(reader: ConfigReader, fallbackDomain: String? = nil) throws {
        let own = reader.string(forKey: "base.domain").flatMap { $0.isEmpty ? nil : $0 }
        let baseDomain =
            try own ?? fallbackDomain ?? reader.required("base.domain", example: "preview.example.com")
        guard
            baseDomain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({
                DNSLabel.isValid(String($0))
            })
        else { throw ConfigurationProblem(key: "base.domain", problem: "\(baseDomain) is no DNS name in lower case") }

        let schemeName = reader.string(forKey: "address.scheme", default: "https")
        guard let name = AddressScheme.Name(rawValue: schemeName) else {
            throw ConfigurationProblem(key: "address.scheme", problem: "\(schemeName) is neither http nor https")
        }
        let port = try reader.number("address.port", default: name.defaultPort, in: 1...65535)
        scheme = AddressScheme(name: name, port: port, hosts: PreviewHosts(baseDomain: baseDomain))

        entry = try EntryPoint(url: reader.string(forKey: "entry.url"))

        let providerName = reader.string(forKey: "address.provider", default: WildcardProvider.name)
        guard providerName == WildcardProvider.name else {
            throw ConfigurationProblem(
                key: "address.provider", problem: "\(providerName) is not known; only \(WildcardProvider.name) is")
        }
        let secret = reader.string(forKey: "tls.secret", default: "")
        certificate = CertificateSecret(secret)
        guard secret.isEmpty || certificate != nil else {
            throw ConfigurationProblem(key: "tls.secret", problem: "\(secret) is neither a name nor namespace/name")
        }
        provider = WildcardProvider(
            ingressClass: reader.string(forKey: "ingress.class").flatMap { $0.isEmpty ? nil : $0 },
            certificate: certificate)

        certificateAuthority = try reader.string(forKey: "address.ca.file").flatMap { $0.isEmpty ? nil : $0 }.map {
            path in
            guard let pem = FileManager.default.contents(atPath: path) else {
                throw ConfigurationProblem(key: "address.ca.file", problem: "\(path) can't be read")
            }
            return pem
        }
        deadline = .seconds(try reader.number("address.deadline.seconds", default: 300, in: 1...86400))
        resync = .seconds(try reader.number("resync.seconds", default: 30, in: 1...3600))
        stuckAfter = .seconds(try reader.number("cleanup.stuck.seconds", default: 120, in: 1...86400))
    }

    /// The settings for a cluster: as everywhere, but for what the clusters file says of it.
    func adapted(to cluster: ClusterAddresses) throws -> DNSManagerConfiguration {
        var settings = self
        let name = cluster.scheme.flatMap { AddressScheme.Name(rawValue: $0.rawValue) } ?? scheme.name
        // Another scheme has another port, unless one is said.
        let port = cluster.port ?? (name == scheme.name ? scheme.port : name.defaultPort)
        let hosts = cluster.baseDomain.map { PreviewHosts(baseDomain: $0) } ?? scheme.hosts
        settings.scheme = AddressScheme(name: name, port: port, hosts: hosts)
        if let entry = cluster.entry { settings.entry = try EntryPoint(url: entry) }
        if let ingressClass = cluster.ingressClass {
            settings.provider = WildcardProvider(ingressClass: ingressClass, certificate: certificate)
        }
        return settings
    }
}
