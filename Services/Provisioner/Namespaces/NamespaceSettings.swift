import Configuration
import ServiceRuntime

/// What every preview's namespace is given.
///
/// - `namespace.quota.cpu` (quantity, `1`), `namespace.quota.memory` (quantity, `4Gi`): sums of all requests.
/// - `ingress.namespaces` (names, `ingress-nginx,traefik`): where the ingress controllers run.
/// - `dns.namespace` (name, `kube-system`): where the cluster's DNS runs.
/// - `cnpg.namespace` (name, `cnpg-system`): where CloudNativePG's operator runs.
struct NamespaceSettings: Sendable, Hashable {
    var quotaCPU = "1"
    var quotaMemory = "4Gi"
    var ingressNamespaces = ["ingress-nginx", "traefik"]
    var dnsNamespace = "kube-system"
    var databaseOperatorNamespace = "cnpg-system"

    init() {}

    init(reader: ConfigReader) {
        quotaCPU = reader.string(forKey: "namespace.quota.cpu", default: quotaCPU)
        quotaMemory = reader.string(forKey: "namespace.quota.memory", default: quotaMemory)
        dnsNamespace = reader.string(forKey: "dns.namespace", default: dnsNamespace)
        databaseOperatorNamespace = reader.string(forKey: "cnpg.namespace", default: databaseOperatorNamespace)
        if let names = reader.string(forKey: "ingress.namespaces") {
            ingressNamespaces = names.split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
        }
    }
}
