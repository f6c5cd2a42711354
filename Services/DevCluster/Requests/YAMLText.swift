import KubernetesClient
import Yams

/// Writes JSON as YAML.
enum YAMLText {
    static func encode(_ value: JSONValue) -> [UInt8] {
        // JSON is YAML: what the emitter cannot write is sent as it is.
        Array(((try? Yams.serialize(node: node(value))) ?? value.description).utf8)
    }

    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let flag): Node(flag ? "true" : "false", Tag(.bool))
        case .int(let number): Node(String(number), Tag(.int))
        case .double(let number): Node(String(number), Tag(.float))
        case .string(let text): Node(text, Tag(.str), needsQuotes(text) ? .doubleQuoted : .any)
        case .array(let elements): Node(elements.map(node))
        case .object(let members):
            Node(members.sorted { $0.key < $1.key }.map { (Node($0.key), node($0.value)) })
        }
    }

    /// Texts that would be read back as something else.
    private static func needsQuotes(_ text: String) -> Bool {
        guard let parsed = try? Yams.compose(yaml: text), case .scalar(let scalar) = parsed else { return true }
        return Bool.construct(from: scalar) != nil || Double.construct(from: scalar) != nil
            || ["~", "null", "Null", "NULL"].contains(text)
    }
}
