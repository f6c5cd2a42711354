import Foundation
import KubernetesClient
import Logging
import PreviewDomain

/// Writes PreviewEnvironments: status, finalizer, events. Every write fails with a conflict where the object has changed
/// since it was read.
struct EnvironmentWriter: Sendable {
    let access: ClusterAccess
    let settings: EnvironmentSettings
    let logger: Logger

    /// Changes the status, where that changes anything, and tells of it in Events.
    ///
    /// - Returns: the object as it is then.
    func update(
        _ object: KubernetesObject, _ change: (inout EnvironmentStatus) -> Void
    ) async throws -> KubernetesObject {
        let now = Date()
        let old = EnvironmentStatus(of: object)
        var new = old
        change(&new)
        let value = new.value(replacing: object, now: now)
        guard isWorthWriting(value, over: object.status, old, new) else { return object }
        var changed = object
        changed.status = value
        changed["metadata"]["managedFields"] = nil
        let written = try await access.client.replaceStatus(changed, as: .previewEnvironments)
        await record(EnvironmentEvent.events(from: old, to: new), of: written)
        return written
    }

    /// Sees to it that the object stays until ``release(_:)``.
    func hold(_ object: KubernetesObject) async throws -> KubernetesObject {
        guard !object.finalizers.contains(EnvironmentSettings.finalizer) else { return object }
        return try await set(finalizers: object.finalizers + [EnvironmentSettings.finalizer], of: object)
    }

    /// Lets the object go: nothing of its preview is left.
    func release(_ object: KubernetesObject) async throws {
        guard object.finalizers.contains(EnvironmentSettings.finalizer) else { return }
        await record(
            [EnvironmentEvent(reason: "Cleaned", message: "Everything made for the preview is gone.")], of: object)
        do {
            _ = try await set(
                finalizers: object.finalizers.filter { $0 != EnvironmentSettings.finalizer }, of: object)
        } catch let error as KubernetesError where error.isNotFound {
            // It is gone already.
        }
    }

    private func set(finalizers: [String], of object: KubernetesObject) async throws -> KubernetesObject {
        var metadata: JSONValue = ["finalizers": .array(finalizers.map { .string($0) })]
        // Another object of the name, or a change that was not seen, makes it a conflict.
        metadata["resourceVersion"] = object.resourceVersion.map { .string($0) }
        return try await access.client.patch(
            .previewEnvironments, name: object.name, namespace: object.namespace, .merge(["metadata": metadata]))
    }

    /// The time of the last sync alone is written now and then only.
    private func isWorthWriting(
        _ value: JSONValue, over present: JSONValue?, _ old: EnvironmentStatus, _ new: EnvironmentStatus
    ) -> Bool {
        var (value, present) = (value, present ?? .object([:]))
        value["lastSyncedAt"] = nil
        present["lastSyncedAt"] = nil
        guard value == present else { return true }
        guard let synced = new.lastSyncedAt else { return false }
        return synced.timeIntervalSince(old.lastSyncedAt ?? .distantPast) >= settings.syncNote
    }

    // MARK: Events

    /// Records Events about the object. They are news for people: where one can't be written, the work goes on.
    func record(_ events: [EnvironmentEvent], of object: KubernetesObject) async {
        for event in events {
            do {
                try await record(event, of: object)
            } catch {
                logger.debug("Could not record event", metadata: ["object": "\(object)", "error": "\(error)"])
            }
        }
    }

    /// The same Event again counts up the one that is there.
    private func record(_ event: EnvironmentEvent, of object: KubernetesObject) async throws {
        let now = JSONValue.string(Timestamp.format(Date()))
        let message = String(event.message.prefix(1_000))
        let name = event.name(for: object, message: message)
        let count = try await access.client.get(.events, name: name, namespace: object.namespace)?["count"].int
        if let count {
            let again: JSONValue = ["count": .int(Int64(count + 1)), "lastTimestamp": now]
            _ = try await access.client.patch(.events, name: name, namespace: object.namespace, .merge(again))
            return
        }
        var created = KubernetesObject(type: .events, name: name, namespace: object.namespace)
        created["involvedObject"] = [
            "apiVersion": .string(object.apiVersion), "kind": .string(object.kind), "name": .string(object.name),
        ]
        created["involvedObject"]["namespace"] = object.namespace.map { .string($0) }
        created["involvedObject"]["uid"] = object.uid.map { .string($0) }
        created["involvedObject"]["resourceVersion"] = object.resourceVersion.map { .string($0) }
        created["reason"] = .string(event.reason)
        created["message"] = .string(message)
        created["type"] = event.isWarning ? "Warning" : "Normal"
        created["source"] = ["component": "understudy"]
        created["reportingComponent"] = "understudy.dev/provisioner"
        created["firstTimestamp"] = now
        created["lastTimestamp"] = now
        created["count"] = 1
        _ = try await access.client.create(created, as: .events)
    }
}

extension EnvironmentEvent {
    /// The same for the same Event about the same object, so that it is counted instead of repeated.
    fileprivate func name(for object: KubernetesObject, message: String) -> String {
        "\(object.name.prefix(200)).\(DNSLabel.stableHash("\(object.uid ?? "")/\(reason)/\(message)"))"
    }
}
