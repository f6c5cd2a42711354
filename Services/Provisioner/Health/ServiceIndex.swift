import KubernetesClient
import PreviewDomain
import Synchronization

/// The workloads and pods of every preview's services on a cluster, by service, as watches tell of them.
final class ServiceIndex: Sendable {
    private struct Entry {
        var workloads: [String: JSONValue] = [:]
        var pods: [String: JSONValue] = [:]
        var isEmpty: Bool { workloads.isEmpty && pods.isEmpty }
    }

    /// The types of workloads that count.
    static let workloadTypes: [ResourceType] = [.deployments, .statefulSets, .daemonSets]

    private let cluster: String
    private let entries = Mutex<[ServiceKey: Entry]>([:])

    init(cluster: String) { self.cluster = cluster }

    /// What is known of a service.
    func observation(of key: ServiceKey) -> ServiceObservation {
        let entry = entries.withLock { $0[key] }
        return ServiceObservation(
            workloads: entry.map { Array($0.workloads.values) } ?? [], pods: entry.map { Array($0.pods.values) } ?? [])
    }

    /// All services that something is known of.
    var keys: [ServiceKey] { entries.withLock { Array($0.keys) } }

    /// Takes a change in and returns the services that it is about.
    func record(_ event: WatchEvent<KubernetesObject>, of type: ResourceType) -> Set<ServiceKey> {
        switch event {
        case .initial(let items), .relisted(let items): replaceAll(of: type, with: items)
        case .added(let item), .modified(let item): set(item, type)
        case .deleted(let item): remove(item, type)
        }
    }

    private func key(of object: KubernetesObject) -> ServiceKey? {
        guard let namespace = object.namespace, let service = object.labels[PreviewLabels.service] else { return nil }
        return ServiceKey(cluster: cluster, namespace: namespace, service: service)
    }

    private func set(_ object: KubernetesObject, _ type: ResourceType) -> Set<ServiceKey> {
        guard let key = key(of: object) else { return [] }
        entries.withLock { $0[key, default: Entry()][keyPath: Self.path(type)][Self.name(object, type)] = object.slim }
        return [key]
    }

    private func remove(_ object: KubernetesObject, _ type: ResourceType) -> Set<ServiceKey> {
        guard let key = key(of: object) else { return [] }
        entries.withLock { entries in
            entries[key]?[keyPath: Self.path(type)][Self.name(object, type)] = nil
            if entries[key]?.isEmpty == true { entries[key] = nil }
        }
        return [key]
    }

    private func replaceAll(of type: ResourceType, with objects: [KubernetesObject]) -> Set<ServiceKey> {
        let prefix = "\(type.kind)/"
        return entries.withLock { entries in
            var touched = Set(entries.keys)
            for key in entries.keys {
                let kept = entries[key]?[keyPath: Self.path(type)].filter { !$0.key.hasPrefix(prefix) }
                entries[key]?[keyPath: Self.path(type)] = kept ?? [:]
            }
            for object in objects {
                guard let key = key(of: object) else { continue }
                entries[key, default: Entry()][keyPath: Self.path(type)][Self.name(object, type)] = object.slim
                touched.insert(key)
            }
            entries = entries.filter { !$0.value.isEmpty }
            return touched
        }
    }

    private static func name(_ object: KubernetesObject, _ type: ResourceType) -> String {
        "\(type.kind)/\(object.name)"
    }

    private static func path(_ type: ResourceType) -> WritableKeyPath<Entry, [String: JSONValue]> {
        type == .pods ? \.pods : \.workloads
    }
}

extension KubernetesObject {
    /// The object without what no diagnosis looks at, which is most of its size.
    fileprivate var slim: JSONValue {
        var value = value
        value["apiVersion"] = .string(apiVersion)
        value["metadata"]["managedFields"] = nil
        value["metadata"]["annotations"] = nil
        return value
    }
}
