/// Makes values lead to a preview's own copies of applications. Made once for all the values of a service, of which there
/// may be thousands.
public struct SiblingRewriter: Sendable {
    /// Every qualified name of a sibling's Service, and the same in the preview's namespace; the longest first.
    private let names: [(old: String, new: String)]

    /// Creates a rewriter.
    ///
    /// - Parameters:
    ///   - siblings: the applications whose copies the preview has.
    ///   - previewNamespace: where the copies are.
    public init(siblings: [SiblingService], previewNamespace: String) {
        names = siblings.flatMap { sibling in
            let suffixes = zip(
                ServiceHost.suffixes(namespace: sibling.namespace), ServiceHost.suffixes(namespace: previewNamespace))
            return suffixes.flatMap { old, new in sibling.serviceNames.map { ($0 + old, $0 + new) } }
        }
    }

    /// The value with every qualified name of a sibling's Service leading to the preview's namespace, or `nil` where it
    /// names none. Short names lead there already.
    public func rewrite(_ value: String) -> String? {
        guard !names.isEmpty, value.utf8.contains(UInt8(ascii: ".")) else { return nil }
        var result = value
        for (old, new) in names { result = HostSubstitution.replacing(old, with: new, in: result) }
        return result == value ? nil : result
    }
}
