import KubernetesClient
import PreviewDomain
import Synchronization

/// What a cluster shows of every preview's services, by service, as watches tell of it.
final class ServiceIndex: Sendable {
    /// A service's objects by type and name.
    private typealias Entry = [ResourceType: [String: JSONValue]]

    private struct State {
        var entries: [ServiceKey: Entry] = [:]
        /// Warnings by namespace and name: Events carry no labels that would say whose they are.
        var events: [String: [String: ClusterEvent]] = [:]
        /// The types whose objects have all been taken in once.
        var listed: Set<ResourceType> = []
    }

    /// The types of workloads that count.
    static let workloadTypes: [ResourceType] = [.deployments, .statefulSets, .daemonSets]
    /// The types of objects that are watched by their labels.
    static let types: [ResourceType] =
        workloadTypes + [
            .pods, .services, .persistentVolumeClaims, .horizontalPodAutoscalers,
        ]
    /// Of a namespace more warnings than this are not kept.
    private static let eventLimit = 500

    private let cluster: String
    private let state = Mutex(State())

    init(cluster: String) { self.cluster = cluster }

    /// What is known of a service.
    func observation(of key: ServiceKey) -> ServiceObservation {
        state.withLock { state in
            let entry = state.entries[key] ?? [:]
            func values(_ types: ResourceType...) -> [JSONValue] { types.flatMap { (entry[$0] ?? [:]).values } }
            var observation = ServiceObservation(
                workloads: values(.deployments, .statefulSets, .daemonSets), pods: values(.pods),
                claims: values(.persistentVolumeClaims), services: values(.services),
                autoscalers: values(.horizontalPodAutoscalers))
            observation.events = (state.events[key.namespace] ?? [:]).values.filter(observation.isAbout)
            return observation
        }
    }

    /// Whether every type has been listed: before that, what is not there has only not been seen yet.
    var isComplete: Bool { state.withLock { $0.listed.isSuperset(of: Self.types) } }

    /// All services that something is known of.
    var keys: [ServiceKey] { state.withLock { Array($0.entries.keys) } }

    /// Takes a change in and returns the services that it is about.
    func record(_ event: WatchEvent, of type: ResourceType) -> Set<ServiceKey> {
        switch event {
        case .initial(let items), .relisted(let items): replaceAll(of: type, with: items)
        case .added(let item), .modified(let item): set(item, type)
        case .deleted(let item): remove(item, type)
        }
    }

    /// Takes a warning in and returns the services that it may be about.
    func record(warning event: WatchEvent) -> Set<ServiceKey> {
        state.withLock { state in
            switch event {
            case .initial(let items), .relisted(let items):
                state.events = [:]
                for item in items { Self.note(item, &state) }
                return Set(state.entries.keys)
            case .added(let item), .modified(let item):
                Self.note(item, &state)
                return Set(state.entries.keys.filter { $0.namespace == item.namespace })
            case .deleted(let item):
                guard let namespace = item.namespace else { return [] }
                state.events[namespace]?[item.name] = nil
                if state.events[namespace]?.isEmpty == true { state.events[namespace] = nil }
                return []
            }
        }
    }

    private static func note(_ item: KubernetesObject, _ state: inout State) {
        guard let namespace = item.namespace, namespace.hasPrefix(PreviewID.namespacePrefix),
            let event = ClusterEvent(item)
        else { return }
        var events = state.events[namespace] ?? [:]
        events[item.name] = event
        if events.count > eventLimit, let oldest = events.min(by: { $0.value.lastSeen < $1.value.lastSeen }) {
            events[oldest.key] = nil
        }
        state.events[namespace] = events
    }

    /// Takes in what the cluster itself shows of a service's workloads and pods.
    func take(_ observation: ServiceObservation, of key: ServiceKey) {
        let objects = (observation.workloads + observation.pods).map(KubernetesObject.init)
        state.withLock { state in
            for type in Self.workloadTypes + [.pods] {
                let known = state.entries[key]?[type] ?? [:]
                let found = objects.filter { $0.kind == type.kind }.map { object in
                    // The watch may have told of something newer while the cluster was asked.
                    let newer = known[object.name].flatMap { object.isOlder(than: $0) ? $0 : nil }
                    return (object.name, newer ?? object.slim)
                }
                state.entries[key, default: [:]][type] = Dictionary(found, uniquingKeysWith: { $1 })
            }
            if state.entries[key]?.values.allSatisfy(\.isEmpty) == true { state.entries[key] = nil }
        }
    }

    private func key(of object: KubernetesObject) -> ServiceKey? {
        guard let namespace = object.namespace, let service = object.labels[PreviewLabels.service] else { return nil }
        return ServiceKey(cluster: cluster, namespace: namespace, service: service)
    }

    private func set(_ object: KubernetesObject, _ type: ResourceType) -> Set<ServiceKey> {
        guard let key = key(of: object) else { return [] }
        state.withLock { state in
            // A watch that was silent for a while tells of what is over by now.
            guard !object.isOlder(than: state.entries[key]?[type]?[object.name]) else { return }
            state.entries[key, default: [:]][type, default: [:]][object.name] = object.slim
        }
        return [key]
    }

    private func remove(_ object: KubernetesObject, _ type: ResourceType) -> Set<ServiceKey> {
        guard let key = key(of: object) else { return [] }
        state.withLock { state in
            guard !object.isOlder(than: state.entries[key]?[type]?[object.name]) else { return }
            state.entries[key]?[type]?[object.name] = nil
            if state.entries[key]?.values.allSatisfy(\.isEmpty) == true { state.entries[key] = nil }
        }
        return [key]
    }

    private func replaceAll(of type: ResourceType, with objects: [KubernetesObject]) -> Set<ServiceKey> {
        state.withLock { state in
            state.listed.insert(type)
            var touched = Set(state.entries.keys)
            for key in touched { state.entries[key]?[type] = nil }
            for object in objects {
                guard let key = key(of: object) else { continue }
                state.entries[key, default: [:]][type, default: [:]][object.name] = object.slim
                touched.insert(key)
            }
            state.entries = state.entries.filter { !$0.value.values.allSatisfy(\.isEmpty) }
            return touched
        }
    }
}

extension ServiceObservation {
    /// Whether an Event is about one of these objects, or about a ReplicaSet of theirs.
    fileprivate func isAbout(_ event: ClusterEvent) -> Bool {
        func names(_ objects: [JSONValue]) -> [String] { objects.compactMap { $0["metadata"]["name"].string } }
        /// By name, unless it is about an object that had the name before.
        func has(_ objects: [JSONValue]) -> Bool {
            objects.contains { object in
                guard object["metadata"]["name"].string == event.name else { return false }
                guard let uid = event.uid, let own = object["metadata"]["uid"].string else { return true }
                return uid == own
            }
        }
        switch event.kind {
        case "Pod": return has(pods)
        case "Service": return has(services)
        case "ReplicaSet":
            // `orders-7d4b9c`: the Deployment's name and a hash.
            return names(workloads).contains { name in
                event.name.hasPrefix("\(name)-") && !event.name.dropFirst(name.count + 1).contains("-")
            }
        case "PersistentVolumeClaim":
            return has(claims)
                || pods.contains { pod in
                    (pod["spec"]["volumes"].array ?? []).contains {
                        $0["persistentVolumeClaim"]["claimName"].string == event.name
                    }
                }
        default:
            return has(workloads.filter { $0["kind"].string == event.kind })
        }
    }
}

extension KubernetesObject {
    /// Whether what is known of the object was read after this; versions of one type are numbers that rise.
    fileprivate func isOlder(than known: JSONValue?) -> Bool {
        guard let mine = resourceVersion.flatMap({ Int($0) }),
            let other = known?["metadata"]["resourceVersion"].string.flatMap({ Int($0) })
        else { return false }
        return mine < other
    }

    /// The object without what no diagnosis looks at, which is most of its size.
    fileprivate var slim: JSONValue {
        var value = value
        value["apiVersion"] = .string(apiVersion)
        value["kind"] = .string(kind)
        value["metadata"]["managedFields"] = nil
        value["metadata"]["annotations"] = nil
        return value
    }
}
