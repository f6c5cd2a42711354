import PreviewDomain

/// Why the provisioner could not do what it was asked, where no other error says it.
enum ProvisioningError: ClassifiedFailure, Equatable, CustomStringConvertible {
    /// No such cluster is configured.
    case unknownCluster(String, known: [String])
    /// The cluster serves no such kind.
    case unservedKind(String)
    /// A preview's namespace does not exist yet.
    case namespaceMissing(String)
    /// A preview's namespace still goes away from an earlier use of its name.
    case namespaceTerminating(String)
    /// The application does not run any more.
    case applicationMissing(ApplicationReference)
    /// The clone's secret is not there, or lacks a key.
    case cloneSecret(String)
    /// What the user sealed can't be opened.
    case sealedValue(String)

    var failureClass: FailureClass {
        switch self {
        case .unknownCluster, .unservedKind, .applicationMissing, .sealedValue: .permanent
        case .namespaceMissing, .namespaceTerminating, .cloneSecret: .transient
        }
    }

    var description: String {
        switch self {
        case .unknownCluster(let name, let known):
            "The provisioner knows no cluster \(name), only \(known.joined(separator: ", "))."
        case .unservedKind(let kind): "The cluster serves no \(kind)."
        case .namespaceMissing(let name): "The namespace \(name) is not there."
        case .namespaceTerminating(let name): "The namespace \(name) is still being removed."
        case .applicationMissing(let reference): "The application \(reference) does not run on the cluster any more."
        case .cloneSecret(let name): "The secret \(name) of the database clone cannot be read."
        case .sealedValue(let name): "The sealed value of \(name) cannot be opened; type it again."
        }
    }
}
