import KubernetesClient

/// A container's variables, resolved from its specification, its pod and the objects it refers to.
struct ContainerEnvironment {
    /// Why a container cannot be made; its message becomes that of `CreateContainerConfigError`.
    struct ConfigurationError: Error, Equatable {
        var message: String
    }

    let cluster: ClusterState
    let pod: JSONValue
    let podAddress: String

    /// All variables of a container.
    func variables(of container: JSONValue) throws(ConfigurationError) -> [String: String] {
        var variables = [
            "PATH": "/app:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp",
            "HOSTNAME": pod.spec["hostname"]?.string ?? pod.name, "POD_IP": podAddress, "LANG": "C.UTF-8",
        ]
        for source in container["envFrom"]?.array ?? [] {
            let prefix = source["prefix"]?.string ?? ""
            for (name, value) in try all(source) { variables[prefix + name] = value }
        }
        for entry in container["env"]?.array ?? [] {
            guard let name = entry["name"]?.string else { continue }
            if let reference = entry["valueFrom"] {
                if let value = try value(reference, container) { variables[name] = value }
            } else {
                variables[name] = Self.expand(entry["value"]?.string ?? "", variables)
            }
        }
        return variables
    }

    /// Replaces `$(NAME)` by the variable's value and `$$` by `$`; an unknown name stays as it is.
    static func expand(_ text: String, _ variables: [String: String]) -> String {
        guard text.contains("$") else { return text }
        var output = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                output += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let end = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                output += variables[name] ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            } else {
                output += "$"
            }
        }
        return output + rest
    }

    private func all(_ source: JSONValue) throws(ConfigurationError) -> [String: String] {
        if let reference = source["configMapRef"] {
            return try object(.configMaps, reference)?["data"]?.strings ?? [:]
        }
        if let reference = source["secretRef"] {
            let values = try object(.secrets, reference)?["data"]?.strings ?? [:]
            return values.compactMapValues(SecretValue.text)
        }
        return [:]
    }

    private func value(_ source: JSONValue, _ container: JSONValue) throws(ConfigurationError) -> String? {
        if let reference = source["secretKeyRef"] {
            guard let value = try key(.secrets, "Secret", reference) else { return nil }
            return SecretValue.text(value)
        }
        if let reference = source["configMapKeyRef"] { return try key(.configMaps, "ConfigMap", reference) }
        if let path = source["fieldRef"]["fieldPath"]?.string {
            let fields = PodFields(pod: pod, podAddress: podAddress)
            guard let value = fields.value(at: path) else {
                throw ConfigurationError(message: "unsupported pod field \(path)")
            }
            return value
        }
        if let reference = source["resourceFieldRef"] {
            return PodFields(pod: pod, podAddress: podAddress).resource(reference, of: container)
        }
        return nil
    }

    private func key(
        _ resource: Resource, _ kind: String, _ reference: JSONValue
    ) throws(ConfigurationError) -> String? {
        let key = reference["key"]?.string ?? ""
        guard let object = try object(resource, reference) else { return nil }
        if let value = object["data"][key]?.string { return value }
        if reference["optional"]?.bool == true { return nil }
        throw ConfigurationError(
            message: "couldn't find key \(key) in \(kind) \(pod.namespace ?? "")/\(object.name)")
    }

    private func object(_ resource: Resource, _ reference: JSONValue) throws(ConfigurationError) -> JSONValue? {
        let name = reference["name"]?.string ?? ""
        if let object = cluster.get(resource, pod.namespace, name) { return object }
        if reference["optional"]?.bool == true { return nil }
        throw ConfigurationError(message: "\(resource == .secrets ? "secret" : "configmap") \"\(name)\" not found")
    }
}
