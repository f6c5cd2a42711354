import Shared

/// One DNS record and one certificate stand for all hosts of the base domain; of each address there is an Ingress only.
struct WildcardProvider: AddressProvider {
    /// Its name in the configuration.
    static let name = "wildcard"

    /// The service's full name; labels may hold a shortened one.
    private static let serviceAnnotation = "understudy.dev/service-name"

    /// The class of the Ingresses, `nil` for the cluster's default.
    let ingressClass: String?
    /// The secret with the certificate, `nil` where the ingress controller has it.
    let tlsSecret: String?

    var anchorType: ResourceType { .ingresses }

    func anchor(for address: Address, port: BackendPort?) -> KubernetesObject {
        var ingress = KubernetesObject(
            type: .ingresses, name: address.service, namespace: address.preview.namespace, labels: address.labels)
        ingress.annotations = [Self.serviceAnnotation: address.service]
        let backend: JSONValue = [
            "service": ["name": .string(address.service), "port": (port ?? .number(80)).value]
        ]
        var spec: JSONValue = [
            "rules": .array(
                address.hosts.map { host in
                    [
                        "host": .string(host),
                        "http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]],
                    ]
                })
        ]
        spec["ingressClassName"] = ingressClass.map { .string($0) }
        spec["tls"] = tlsSecret.map { [["hosts": JSONValue(address.hosts), "secretName": .string($0)]] }
        ingress.spec = spec
        return ingress
    }

    func address(of anchor: KubernetesObject, on cluster: String) -> Address? {
        guard let preview = anchor.previewReference(on: cluster),
            let service = anchor.annotations[Self.serviceAnnotation],
            let hosts = anchor.spec["rules"].array?.compactMap({ $0["host"].string }), !hosts.isEmpty
        else { return nil }
        return Address(preview: preview, service: service, hosts: hosts)
    }

    func adviceOnNames(_ hosts: [String]) -> String {
        "Make the DNS record \(Self.wildcard(of: hosts)) lead to the cluster's entry point."
    }

    func adviceOnCertificates(_ hosts: [String]) -> String {
        "Give the ingress controller a certificate for \(Self.wildcard(of: hosts)) that is valid and trusted."
    }

    private static func wildcard(of hosts: [String]) -> String {
        "*" + (hosts.first?.drop { $0 != "." } ?? "")
    }
}
