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
        [
            ("understudy-deny", ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]]),
            (
                "understudy-within",
                [
                    "podSelector": [:], "policyTypes": ["Ingress", "Egress"],
                    "ingress": [["from": [["podSelector": [:]]]]], "egress": [["to": [["podSelector": [:]]]]],
                ]
            ),
            ("understudy-dns", dns), ("understudy-entry", entry), ("understudy-certificates", certificates),
            ("understudy-database", database), ("understudy-database-source", databaseSource),
        ]
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

    private var entry: JSONValue {
        [
            "podSelector": [:], "policyTypes": ["Ingress"],
            "ingress": [["from": [namespaces(settings.ingressNamespaces)]]],
        ]
    }

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
            let prefix = address.host.contains(":") ? 128 : 32
            return [
                "to": [["ipBlock": ["cidr": "\(address.host)/\(prefix)"]]],
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

    /// Only the pods that copy a database may reach a source. Nothing that is deployed from an application can carry
    /// their labels.
    private var databaseSource: JSONValue {
        [
            "podSelector": [
                "matchExpressions": [
                    ["key": "cnpg.io/jobRole", "operator": "In", "values": ["pgbasebackup", "import"]]
                ]
            ],
            "policyTypes": ["Egress"],
            "egress": [
                [
                    "to": [["namespaceSelector": [:], "podSelector": Self.anyDatabase]],
                    "ports": [["protocol": "TCP", "port": 5432]],
                ]
            ],
        ]
    }

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
