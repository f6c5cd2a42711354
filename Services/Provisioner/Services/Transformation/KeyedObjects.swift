import KubernetesClient

/// The Secrets and ConfigMaps of a preview's service while they are rewritten.
struct KeyedObjects: Sendable {
    enum Kind: String, Sendable, Hashable {
        case secret = "Secret"
        case configMap = "ConfigMap"
    }

    private struct Name: Hashable {
        var kind: Kind
        var name: String
    }

    private var objects: [Name: JSONValue] = [:]
    private var copies: Set<Name> = []
    private var done: [Name: Set<String>] = [:]

    /// Takes the Secrets and ConfigMaps among rendered objects.
    init(rendered: [JSONValue]) {
        for object in rendered {
            guard let name = Self.name(of: object) else { continue }
            objects[name] = object
        }
    }

    func has(_ kind: Kind, _ name: String) -> Bool { objects[Name(kind: kind, name: name)] != nil }

    /// Adds one that was not rendered.
    mutating func add(_ object: JSONValue, as kind: Kind) {
        guard var name = Self.name(of: object) else { return }
        name.kind = kind
        objects[name] = object
        copies.insert(name)
    }

    /// The texts of one, by key.
    func texts(_ kind: Kind, _ name: String) -> [String: String]? {
        objects[Name(kind: kind, name: name)].map(KeyedObject.texts)
    }

    /// Replaces a text. Returns `false` where there is no such object, or where the key was replaced by another text
    /// before: two variables that lead to different places cannot share a key.
    mutating func set(_ text: String, _ kind: Kind, _ object: String, _ key: String) -> Bool {
        let name = Name(kind: kind, name: object)
        guard var value = objects[name] else { return false }
        if done[name]?.contains(key) == true { return KeyedObject.texts(of: value)[key] == text }
        KeyedObject.set([key: text], in: &value)
        objects[name] = value
        done[name, default: []].insert(key)
        return true
    }

    /// Changes the texts of each object that were not replaced yet.
    mutating func rewriteRest(_ change: ([String: String]) -> [String: String]) {
        for (name, object) in objects {
            let texts = KeyedObject.texts(of: object).filter { done[name]?.contains($0.key) != true }
            let changed = change(texts)
            guard !changed.isEmpty else { continue }
            var object = object
            KeyedObject.set(changed, in: &object)
            objects[name] = object
        }
    }

    /// The present form of a rendered object; `nil` where it is neither Secret nor ConfigMap.
    func current(_ object: JSONValue) -> JSONValue? { Self.name(of: object).flatMap { objects[$0] } }

    /// Those that were not rendered, by name.
    var added: [JSONValue] {
        copies.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }.compactMap { objects[$0] }
    }

    private static func name(of object: JSONValue) -> Name? {
        guard object["apiVersion"].string == "v1", let kind = object["kind"].string.flatMap(Kind.init(rawValue:)),
            let name = object["metadata"]["name"].string
        else { return nil }
        return Name(kind: kind, name: name)
    }
}
