import Foundation
import KubernetesClient

/// A warning of the cluster about an object: what statuses do not say.
struct ClusterEvent: Sendable, Hashable {
    /// The kind of the object that it is about.
    var kind: String
    /// The object's name.
    var name: String
    /// The object's unique id, where the event says it: a StatefulSet's pods keep their names.
    var uid: String?
    /// The container that it is about, where it says so.
    var container: String?
    /// One word, such as `FailedMount`.
    var reason: String
    var message: String
    /// When it happened first.
    var firstSeen: Date
    /// When it happened last; an Event counts repetitions.
    var lastSeen: Date

    /// Reads an Event, as old and new recorders write them; `nil` where it names no object.
    init?(_ object: KubernetesObject) {
        let event = object.value
        let about = event["involvedObject"]
        guard let kind = about["kind"].string, let name = about["name"].string else { return nil }
        self.kind = kind
        self.name = name
        uid = about["uid"].string.flatMap { $0.isEmpty ? nil : $0 }
        // `spec.containers{orders}`
        container = about["fieldPath"].string.flatMap { path in
            guard let open = path.firstIndex(of: "{"), path.hasSuffix("}") else { return nil }
            return String(path[path.index(after: open)...].dropLast())
        }
        reason = event["reason"].string ?? ""
        message = event["message"].string ?? ""
        func first(_ times: JSONValue?...) -> Date? {
            times.lazy.compactMap { $0.string.flatMap(Timestamp.parse) }.first
        }
        let made = first(event["firstTimestamp"], event["eventTime"]) ?? object.creationTimestamp
        let last = first(event["series"]["lastObservedTime"], event["lastTimestamp"], event["eventTime"]) ?? made
        lastSeen = last ?? .distantPast
        firstSeen = min(made ?? lastSeen, lastSeen)
    }
}

extension Sequence<ClusterEvent> {
    /// The newest of these events; it began when the first of them did, as each may be an object of its own.
    var joined: ClusterEvent? {
        guard var newest = self.max(by: { $0.lastSeen < $1.lastSeen }) else { return nil }
        newest.firstSeen = lazy.map(\.firstSeen).min() ?? newest.firstSeen
        return newest
    }
}

extension [ClusterEvent] {
    /// The newest event about an object with one of these reasons, since the first of them.
    func newest(about kind: String, _ name: String, _ reasons: String...) -> ClusterEvent? {
        filter { $0.kind == kind && $0.name == name && reasons.contains($0.reason) }.joined
    }
}
