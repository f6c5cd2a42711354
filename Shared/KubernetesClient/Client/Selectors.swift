/// Selects objects by their labels, in Kubernetes' syntax.
///
///     let ours: LabelSelector = ["app.kubernetes.io/managed-by": "understudy"]
///     let others: LabelSelector = "app,release notin (canary),tier!=web"
public struct LabelSelector: Sendable, Hashable, ExpressibleByStringInterpolation, ExpressibleByDictionaryLiteral,
    CustomStringConvertible
{
    /// The selector as the API takes it.
    public let description: String

    /// A selector in Kubernetes' syntax.
    public init(stringLiteral value: String) {
        description = value
    }

    /// Objects that carry all of these labels.
    public init(_ labels: [String: String]) {
        description = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// Objects that carry all of these labels.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

/// Selects objects by fields, such as `metadata.name=orders` or `status.phase!=Running`.
public struct FieldSelector: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The selector as the API takes it.
    public let description: String

    /// A selector in Kubernetes' syntax.
    public init(stringLiteral value: String) {
        description = value
    }

    /// The one object of this name.
    public static func name(_ name: String) -> FieldSelector {
        "metadata.name=\(name)"
    }

    /// Events about an object, by its unique id where that is known.
    public static func involvedObject(_ reference: KubernetesObject.Reference) -> FieldSelector {
        let fields = [
            ("kind", reference.kind), ("namespace", reference.namespace), ("name", reference.name),
            ("uid", reference.uid),
        ]
        let terms = fields.compactMap { field, value in value.map { "involvedObject.\(field)=\($0)" } }
        return FieldSelector(stringLiteral: terms.joined(separator: ","))
    }
}
