public import PreviewDomain

/// Why a release's Secret cannot be read.
public enum HelmReleaseError: ClassifiedFailure, Equatable, CustomStringConvertible {
    /// The Secret does not hold a Helm 3 release.
    case malformed(String)

    /// What a Secret holds stays as it is until somebody changes it.
    public var failureClass: FailureClass { .permanent }

    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .malformed(let reason): "not a Helm 3 release: \(reason)"
        }
    }
}
