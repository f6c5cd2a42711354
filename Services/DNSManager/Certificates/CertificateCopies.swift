import Shared

/// Copies of the secret with the wildcard certificate, one in each preview's namespace: an Ingress can name secrets of
/// its own namespace only.
struct CertificateCopies: Sendable, Hashable {
    /// The copies' name.
    static let copyName = "understudy-certificate"
    /// A label that only copies have.
    static let label = "understudy.dev/certificate"

    /// Where the secret is that is copied.
    let namespace: String
    let name: String

    /// Selects the copies, all or a preview's.
    static func selector(for preview: PreviewID? = nil) -> LabelSelector {
        "\(PreviewLabels.selector(for: preview)),\(label)"
    }

    /// A preview's copy of the secret; `nil` where that holds no certificate.
    func copy(of source: KubernetesObject, for preview: PreviewReference) -> KubernetesObject? {
        guard let certificate = source["data"]["tls.crt"].string, let key = source["data"]["tls.key"].string,
            !certificate.isEmpty, !key.isEmpty
        else { return nil }
        var copy = KubernetesObject(
            type: .secrets, name: Self.copyName, namespace: preview.namespace,
            labels: PreviewLabels.labels(for: preview).merging([Self.label: "wildcard"]) { $1 })
        copy["type"] = "kubernetes.io/tls"
        copy["data"] = ["tls.crt": .string(certificate), "tls.key": .string(key)]
        return copy
    }

    /// What is to be said where the secret is missing or holds no certificate.
    func missing(on cluster: String) -> Failure {
        Failure(
            reason: "CertificateMissing",
            message:
                "There is no Secret \(namespace)/\(name) with the certificate of all previews in tls.crt and tls.key.",
            object: ObjectReference(
                cluster: cluster, apiVersion: "v1", kind: "Secret", namespace: namespace, name: name),
            nextStep: "Create it, or set TLS_SECRET to the one that has it. It is copied as soon as it is there.")
    }
}
