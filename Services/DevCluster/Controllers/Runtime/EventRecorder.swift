import Foundation
import KubernetesClient
import Synchronization

/// Writes Events about objects, as `kubectl describe` and `kubectl get events` show them. A repetition raises the
/// count of the Event that is there.
final class EventRecorder: Sendable {
    /// What an Event is about, to recognise a repetition.
    private struct Subject: Hashable {
        var uid: String
        var reason: String
        var message: String
    }

    private struct State {
        var names: [Subject: ObjectName] = [:]
        var order: [Subject] = []
    }

    private let cluster: ClusterState
    private let state = Mutex(State())
    /// More Events than this are not kept; the oldest go first.
    private let limit: Int

    init(cluster: ClusterState, limit: Int = 4000) {
        self.cluster = cluster
        self.limit = limit
    }

    func normal(_ object: JSONValue, _ reason: String, _ message: String, from component: String = "kubelet") {
        record(object, type: "Normal", reason: reason, message: message, component: component)
    }

    func warning(_ object: JSONValue, _ reason: String, _ message: String, from component: String = "kubelet") {
        record(object, type: "Warning", reason: reason, message: message, component: component)
    }

    private func record(_ object: JSONValue, type: String, reason: String, message: String, component: String) {
        let subject = Subject(uid: object.uid, reason: reason, message: message)
        let now = Timestamp.format(Date())
        if let known = state.withLock({ $0.names[subject] }) {
            let updated = try? cluster.update(.events, known.namespace, known.name) { event in
                event["count"] = JSONValue((event["count"]?.int ?? 1) + 1)
                event["lastTimestamp"] = .string(now)
            }
            if updated != nil { return }
        }
        let namespace = object.namespace ?? "default"
        let name = "\(object.name).\(String(UInt64.random(in: 0x1000_0000_0000...UInt64.max), radix: 16))"
        let event: JSONValue = [
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "involvedObject": [
                "apiVersion": .string(object["apiVersion"]?.string ?? "v1"),
                "kind": .string(object["kind"]?.string ?? ""), "name": .string(object.name),
                "namespace": .string(object.namespace ?? ""), "uid": .string(object.uid),
                "resourceVersion": .string(object.metadata["resourceVersion"]?.string ?? ""),
            ],
            "type": .string(type), "reason": .string(reason), "message": .string(String(message.prefix(1024))),
            "source": ["component": .string(component)],
            "reportingComponent": .string(component), "reportingInstance": "",
            "firstTimestamp": .string(now), "lastTimestamp": .string(now), "count": 1,
        ]
        // An Event that cannot be written, as in a namespace that ends, must not stop what it tells about.
        guard (try? cluster.create(.events, event)) != nil else { return }
        let dropped = state.withLock { state -> ObjectName? in
            if state.names.updateValue(ObjectName(namespace, name), forKey: subject) == nil {
                state.order.append(subject)
            }
            guard state.order.count > limit else { return nil }
            return state.names.removeValue(forKey: state.order.removeFirst())
        }
        // Gone already when its namespace is.
        if let dropped { try? cluster.delete(.events, dropped.namespace, dropped.name) }
    }
}
