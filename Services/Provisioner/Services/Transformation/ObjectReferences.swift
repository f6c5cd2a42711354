import KubernetesClient

/// The Secrets and ConfigMaps that pods use.
enum ObjectReferences {
    /// Names by kind.
    struct Names: Sendable, Equatable {
        var secrets: Set<String> = []
        var configMaps: Set<String> = []

        mutating func formUnion(_ other: Names) {
            secrets.formUnion(other.secrets)
            configMaps.formUnion(other.configMaps)
        }
    }

    /// What the pods of an object use, or a service account gives to pods.
    static func names(in object: JSONValue) -> Names {
        var names = Names()
        if object["kind"].string == "ServiceAccount" {
            names.secrets.formUnion((object["imagePullSecrets"].array ?? []).compactMap { $0["name"].string })
        }
        guard var template = PodTemplates.template(of: object) else { return names }
        visit(&template) { kind, name in
            switch kind {
            case .secret: names.secrets.insert(name)
            case .configMap: names.configMaps.insert(name)
            }
            return name
        }
        return names
    }

    /// What the pods of several objects use.
    static func names(in objects: some Sequence<JSONValue>) -> Names {
        objects.reduce(into: Names()) { $0.formUnion(names(in: $1)) }
    }

    /// Makes an object's pods use Secrets of other names.
    static func renameSecrets(in object: inout JSONValue, _ rename: (String) -> String) {
        PodTemplates.change(in: &object) { template in
            visit(&template) { kind, name in kind == .secret ? rename(name) : name }
        }
    }

    private enum Kind { case secret, configMap }

    private static func visit(_ template: inout JSONValue, _ visitor: (Kind, String) -> String) {
        func visitName(_ value: inout JSONValue, _ field: String, _ key: String, _ kind: Kind) {
            if let name = value[field][key].string { value[field][key] = .string(visitor(kind, name)) }
        }
        func visitList(_ value: inout JSONValue, _ path: [String], _ change: (inout JSONValue) -> Void) {
            guard let key = path.first, var inner = value[key] else { return }
            if path.count > 1 {
                visitList(&inner, Array(path.dropFirst()), change)
            } else if var list = inner.array {
                for index in list.indices { change(&list[index]) }
                inner = .array(list)
            }
            value[key] = inner
        }
        PodTemplates.changeContainers(of: &template) { container in
            visitList(&container, ["env"]) { variable in
                guard var source = variable["valueFrom"] else { return }
                visitName(&source, "secretKeyRef", "name", .secret)
                visitName(&source, "configMapKeyRef", "name", .configMap)
                variable["valueFrom"] = source
            }
            visitList(&container, ["envFrom"]) { source in
                visitName(&source, "secretRef", "name", .secret)
                visitName(&source, "configMapRef", "name", .configMap)
            }
        }
        visitList(&template, ["spec", "volumes"]) { volume in
            visitName(&volume, "secret", "secretName", .secret)
            visitName(&volume, "configMap", "name", .configMap)
            visitList(&volume, ["projected", "sources"]) { source in
                visitName(&source, "secret", "name", .secret)
                visitName(&source, "configMap", "name", .configMap)
            }
        }
        visitList(&template, ["spec", "imagePullSecrets"]) { secret in
            if let name = secret["name"].string { secret["name"] = .string(visitor(.secret, name)) }
        }
    }
}
