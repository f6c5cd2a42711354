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
    let certificate: CertificateSecret?

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
        spec["tls"] = certificate.map { [["hosts": JSONValue(address.hosts), "secretName": .string($0.name)]] }
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

    func adviceOnCertificates(_ hosts: [String], _ fault: TransportFailure.CertificateFault?) -> String {
        let wildcard = Self.wildcard(of: hosts)
        let place = certificate?.description ?? "the ingress controller's own default certificate"
        return switch fault {
        case .expired: "Renew the certificate for \(wildcard): \(place)."
        case .notYetValid: "Set the clocks right, or make the certificate for \(wildcard) anew: \(place)."
        case .untrusted:
            "Use a certificate for \(wildcard) whose authority is trusted (\(place)), or name that authority in "
                + "ADDRESS_CA_FILE."
        case .otherNames:
            "Put a certificate for \(wildcard) into \(place), and check that the ingress controller has taken it up."
        case nil: "Give the ingress controller a certificate for \(wildcard) that is valid and trusted: \(place)."
        }
    }

    var certificateCopies: CertificateCopies? {
        guard case .copied(let copies) = certificate else { return nil }
        return copies
    }

    private static func wildcard(of hosts: [String]) -> String {
        "*" + (hosts.first?.drop { $0 != "." } ?? "")
    }
}
