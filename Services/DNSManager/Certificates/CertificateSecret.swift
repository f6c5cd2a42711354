/// Where the certificate lies that an Ingress names: a secret in its own namespace.
enum CertificateSecret: Sendable, Hashable {
    /// Someone else puts it into every preview's namespace, as a reflector does.
    case inPlace(name: String)
    /// Copied into every preview's namespace.
    case copied(CertificateCopies)

    /// Reads `name` or `namespace/name`; `nil` where it is neither.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self =
            parts.count == 1
            ? .inPlace(name: parts[0]) : .copied(CertificateCopies(namespace: parts[0], name: parts[1]))
    }

    /// Its name in a preview's namespace.
    var name: String {
        switch self {
        case .inPlace(let name): name
        case .copied: CertificateCopies.copyName
        }
    }

    /// In words, where somebody has to look for it.
    var description: String {
        switch self {
        case .inPlace(let name): "Secret \(name) of each preview's namespace"
        case .copied(let copies): "Secret \(copies.namespace)/\(copies.name)"
        }
    }
}
