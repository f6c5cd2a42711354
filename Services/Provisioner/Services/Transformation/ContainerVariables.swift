import KubernetesClient
import PreviewDomain

/// The variables of a container, with where each comes from.
struct ContainerVariables: Sendable {
    /// A variable and its place in the container's `env`; `nil` where a whole Secret or ConfigMap brings it in.
    struct Located: Sendable {
        var variable: SourceVariable
        var index: Int?
    }

    /// The texts of a Secret or ConfigMap by name; `nil` where it is not known.
    typealias Lookup = (String) -> [String: String]?

    /// Every variable that the container gets, in the order in which Kubernetes takes them; of two with one name the
    /// later counts, and the earlier is left out.
    static func all(of container: JSONValue, secrets: Lookup, configMaps: Lookup) -> [Located] {
        let name = container["name"].string ?? ""
        var located: [Located] = []
        for source in container["envFrom"].array ?? [] {
            let prefix = source["prefix"].string ?? ""
            if let secret = source["secretRef"]["name"].string {
                located += keys(of: secret, secrets(secret), .secret, prefix, name)
            } else if let map = source["configMapRef"]["name"].string {
                located += keys(of: map, configMaps(map), .configMap, prefix, name)
            }
        }
        for (index, entry) in (container["env"].array ?? []).enumerated() {
            guard let variable = variable(entry, container: name, secrets, configMaps) else { continue }
            located.append(Located(variable: variable, index: index))
        }
        var seen: Set<String> = []
        return located.reversed().filter { seen.insert($0.variable.name).inserted }.reversed()
    }

    private static func keys(
        of object: String, _ texts: [String: String]?, _ source: ApplicationVariable.Source, _ prefix: String,
        _ container: String
    ) -> [Located] {
        (texts ?? [:]).sorted { $0.key < $1.key }.map { key, value in
            Located(
                variable: SourceVariable(
                    name: prefix + key, container: container, source: source, value: value,
                    reference: .init(name: object, key: key)),
                index: nil)
        }
    }

    private static func variable(
        _ entry: JSONValue, container: String, _ secrets: Lookup, _ configMaps: Lookup
    ) -> SourceVariable? {
        guard let name = entry["name"].string else { return nil }
        let from = entry["valueFrom"]
        if let object = from["secretKeyRef"]["name"].string, let key = from["secretKeyRef"]["key"].string {
            return SourceVariable(
                name: name, container: container, source: .secret, value: secrets(object)?[key],
                reference: .init(name: object, key: key))
        }
        if let object = from["configMapKeyRef"]["name"].string, let key = from["configMapKeyRef"]["key"].string {
            return SourceVariable(
                name: name, container: container, source: .configMap, value: configMaps(object)?[key],
                reference: .init(name: object, key: key))
        }
        if from != nil { return SourceVariable(name: name, container: container, source: .field, value: nil) }
        return SourceVariable(name: name, container: container, source: .literal, value: entry["value"].string ?? "")
    }
}
