import Foundation
import KubernetesClient

/// The files of volumes that are made of objects: ConfigMaps, Secrets, the pod's own fields.
struct ProjectedFiles {
    let cluster: ClusterState
    let pod: JSONValue
    let podAddress: String

    /// Contents by path within the volume; empty for a volume that begins empty.
    func contents(of volume: JSONValue) throws -> [String: Data] {
        if let source = volume["configMap"] { return try configMap(source, name: source["name"]) }
        if let source = volume["secret"] { return try secret(source, name: source["secretName"]) }
        if let source = volume["downwardAPI"] { return fields(source) }
        var files: [String: Data] = [:]
        for source in volume["projected"]["sources"]?.array ?? [] {
            if let part = source["configMap"] { files.merge(try configMap(part, name: part["name"])) { $1 } }
            if let part = source["secret"] { files.merge(try secret(part, name: part["name"])) { $1 } }
            if let part = source["downwardAPI"] { files.merge(fields(part)) { $1 } }
        }
        return files
    }

    private func configMap(_ source: JSONValue, name: JSONValue?) throws -> [String: Data] {
        guard let object = try object(.configMaps, "configmap", source, name) else { return [:] }
        var values = (object["data"]?.strings ?? [:]).mapValues { Data($0.utf8) }
        values.merge((object["binaryData"]?.strings ?? [:]).compactMapValues(SecretValue.bytes)) { $1 }
        return try pick(values, source, "configmap", object.name)
    }

    private func secret(_ source: JSONValue, name: JSONValue?) throws -> [String: Data] {
        guard let object = try object(.secrets, "secret", source, name) else { return [:] }
        return try pick(
            (object["data"]?.strings ?? [:]).compactMapValues(SecretValue.bytes), source, "secret", object.name)
    }

    private func fields(_ source: JSONValue) -> [String: Data] {
        let fields = PodFields(pod: pod, podAddress: podAddress)
        var files: [String: Data] = [:]
        for item in source["items"]?.array ?? [] {
            guard let path = item["path"]?.string, let field = item["fieldRef"]["fieldPath"]?.string else { continue }
            files[path] = Data((fields.value(at: field) ?? "").utf8)
        }
        return files
    }

    private func object(
        _ resource: Resource, _ kind: String, _ source: JSONValue, _ name: JSONValue?
    ) throws -> JSONValue? {
        let name = name?.string ?? ""
        if let object = cluster.get(resource, pod.namespace, name) { return object }
        if source["optional"]?.bool == true { return nil }
        throw PodVolumes.MountError(message: "\(kind) \"\(name)\" not found")
    }

    private func pick(
        _ values: [String: Data], _ source: JSONValue, _ kind: String, _ name: String
    ) throws -> [String: Data] {
        guard let items = source["items"]?.array, !items.isEmpty else { return values }
        var files: [String: Data] = [:]
        for item in items {
            let key = item["key"]?.string ?? ""
            guard let value = values[key] else {
                if source["optional"]?.bool == true { continue }
                throw PodVolumes.MountError(message: "\(kind) \"\(name)\" references non-existent config key: \(key)")
            }
            let path = item["path"]?.string ?? key
            guard !path.split(separator: "/").contains("..") else {
                throw PodVolumes.MountError(message: "path \"\(path)\" must not contain ..")
            }
            files[path] = value
        }
        return files
    }
}
