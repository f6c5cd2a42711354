import Configuration
import KubernetesClient
import ServiceRuntime

/// What every preview's namespace is given.
///
/// - `namespace.quota.cpu` (quantity, `1`), `namespace.quota.memory` (quantity, `4Gi`), `namespace.quota.storage`
///   (quantity, `100Gi`): sums of all requests; the last one of all volumes, clones' included.
/// - `namespace.quota.pods` (int, 100): how many pods there may be, those that ended included.
/// - `ingress.namespaces` (names, `ingress-nginx,traefik`): where the ingress controllers run.
/// - `ingress.addresses` (CIDR blocks): of ingress controllers that use their nodes' network.
/// - `outside.addresses` (CIDR blocks): what pods of previews may reach outside of the cluster; nothing by default. A block
///   that holds the ranges of the cluster's pods, Services or nodes, such as `0.0.0.0/0`, lets them reach those as well:
///   production's pods and databases included.
/// - `dns.namespace` (name, `kube-system`): where the cluster's DNS runs.
/// - `cnpg.namespace` (name, `cnpg-system`): where CloudNativePG's operator runs.
struct NamespaceSettings: Sendable, Hashable {
    var quotaCPU = "1"
    var quotaMemory = "4Gi"
    var quotaStorage = "100Gi"
    var quotaPods = 100
    var ingressNamespaces = ["ingress-nginx", "traefik"]
    var ingressAddresses: [String] = []
    var outsideAddresses: [String] = []
    var dnsNamespace = "kube-system"
    var databaseOperatorNamespace = "cnpg-system"

    init() {}

    /// - Throws: ``ConfigurationProblem`` naming the key whose value can't be used.
    init(reader: ConfigReader) throws(ConfigurationProblem) {
        quotaCPU = try reader.quantity("namespace.quota.cpu", default: quotaCPU)
        quotaMemory = try reader.quantity("namespace.quota.memory", default: quotaMemory)
        quotaStorage = try reader.quantity("namespace.quota.storage", default: quotaStorage)
        quotaPods = try reader.number("namespace.quota.pods", default: quotaPods, in: 1...100_000)
        dnsNamespace = reader.string(forKey: "dns.namespace", default: dnsNamespace)
        databaseOperatorNamespace = reader.string(forKey: "cnpg.namespace", default: databaseOperatorNamespace)
        if let names = reader.string(forKey: "ingress.namespaces") { ingressNamespaces = Self.list(names) }
        ingressAddresses = try Self.blocks("ingress.addresses", reader)
        outsideAddresses = try Self.blocks("outside.addresses", reader)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
    }

    private static func blocks(_ key: String, _ reader: ConfigReader) throws(ConfigurationProblem) -> [String] {
        let blocks = list(reader.string(forKey: ConfigKey(key), default: ""))
        if let bad = blocks.first(where: { IPBlock($0) == nil }) {
            throw ConfigurationProblem(key: key, problem: "\(bad) is no CIDR block such as 10.0.0.0/8")
        }
        return blocks
    }
}
