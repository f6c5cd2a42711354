import KubernetesClient

extension JSONValue {
    /// The value as JSON, names sorted.
    var encoded: [UInt8] { serializedBytes() }

    /// Null, or an empty text, list or object: what Go's `omitempty` leaves out.
    var isEmptyValue: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
