import KubernetesClient

/// What may talk to a preview's pods, and whom they may talk to: nobody, but for what is listed here.
struct NetworkPolicies: Sendable {
    /// An address that is no pod's.
    struct Address: Sendable, Hashable {
        var host: String
        var port: Int
    }

    var settings: NamespaceSettings
    var apiServer: [Address]

    /// The specifications by name.
    var all: [(name: String, spec: JSONValue)] {
        let always: [(name: String, spec: JSONValue)] = [
            ("understudy-deny", ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]]),
            (
                "understudy-within",
                [
                    "podSelector": [:], "policyTypes": ["Ingress", "Egress"],
                    "ingress": [["from": [["podSelector": [:]]]]], "egress": [["to": [["podSelector": [:]]]]],
                ]
            ),
            ("understudy-dns", dns), ("understudy-entry", entry), ("understudy-certificates", certificates),
            ("understudy-database", database),
        ]
        return always + (outside.map { [$0] } ?? [])
    }

    /// Large answers come over TCP.
    private var dns: JSONValue {
        [
            "podSelector": [:], "policyTypes": ["Egress"],
            "egress": [
                [
                    // The second is where a node's own DNS cache listens.
                    "to": [namespaces([settings.dnsNamespace]), ["ipBlock": ["cidr": "169.254.20.10/32"]]],
                    "ports": [["protocol": "UDP", "port": 53], ["protocol": "TCP", "port": 53]],
                ]
            ],
        ]
    }

    /// The ingress controller reaches every pod but the databases'.
    private var entry: JSONValue {
        let blocks = settings.ingressAddresses.map { JSONValue.object(["ipBlock": ["cidr": .string($0)]]) }
        return [
            "podSelector": ["matchExpressions": [["key": "cnpg.io/cluster", "operator": "DoesNotExist"]]],
            "policyTypes": ["Ingress"],
            "ingress": [["from": .array([namespaces(settings.ingressNamespaces)] + blocks)]],
        ]
    }

    /// Addresses that an operator lets previews reach; never the cloud's metadata services. Most networks take a block for
    /// whatever has an address in it, also for pods and nodes, so that one which holds the cluster's own ranges opens
    /// production to previews. Which ranges those are no cluster says reliably.
    private var outside: (name: String, spec: JSONValue)? {
        guard !settings.outsideAddresses.isEmpty else { return nil }
        let blocks = settings.outsideAddresses.map { cidr -> JSONValue in
            let metadata = Self.metadata.filter { IPAddress($0).map { IPBlock(cidr)?.contains($0) == true } ?? false }
            var block: JSONValue = ["cidr": .string(cidr)]
            if !metadata.isEmpty { block["except"] = .array(metadata.map { .string(Self.block($0)) }) }
            return ["ipBlock": block]
        }
        return (
            "understudy-outside",
            ["podSelector": [:], "policyTypes": ["Egress"], "egress": [["to": .array(blocks)]]]
        )
    }

    /// Where clouds tell machines and pods their credentials.
    static let metadata = [
        // AWS, Azure, Google and others; AWS and Google over IPv6; Alibaba.
        "169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200",
        // AWS: containers' credentials (ECS), and pods' (EKS Pod Identity).
        "169.254.170.2", "169.254.170.23", "fd00:ec2::23",
    ]

    /// cert-manager's solver answers to the certificate authority through whatever leads in.
    private var certificates: JSONValue {
        [
            "podSelector": ["matchLabels": ["acme.cert-manager.io/http01-solver": "true"]], "policyTypes": ["Ingress"],
            "ingress": [["ports": [["protocol": "TCP", "port": 8089]]]],
        ]
    }

    /// The operator asks instances for their state; instances talk to the API server.
    private var database: JSONValue {
        var egress: [JSONValue] = Set(apiServer).sorted { ($0.host, $0.port) < ($1.host, $1.port) }.map { address in
            [
                "to": [["ipBlock": ["cidr": .string(Self.block(address.host))]]],
                "ports": [["protocol": "TCP", "port": JSONValue(address.port)]],
            ]
        }
        if egress.isEmpty {
            egress = [["ports": [["protocol": "TCP", "port": 443], ["protocol": "TCP", "port": 6443]]]]
        }
        return [
            "podSelector": Self.anyDatabase, "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                [
                    "from": [namespaces([settings.databaseOperatorNamespace])],
                    "ports": [["protocol": "TCP", "port": 8000], ["protocol": "TCP", "port": 5432]],
                ]
            ],
            "egress": .array(egress),
        ]
    }

    /// For Cilium, which lets no address block stand for the API server (`kube-apiserver` is an entity of its own).
    static let cilium: (name: String, spec: JSONValue) = (
        "understudy-database", ["endpointSelector": anyDatabase, "egress": [["toEntities": ["kube-apiserver"]]]]
    )

    /// The block of one address.
    private static func block(_ address: String) -> String { "\(address)/\(address.contains(":") ? 128 : 32)" }

    private static let anyDatabase: JSONValue = [
        "matchExpressions": [["key": "cnpg.io/cluster", "operator": "Exists"]]
    ]

    private func namespaces(_ names: [String]) -> JSONValue {
        [
            "namespaceSelector": [
                "matchExpressions": [
                    ["key": "kubernetes.io/metadata.name", "operator": "In", "values": JSONValue(names)]
                ]
            ]
        ]
    }
}
