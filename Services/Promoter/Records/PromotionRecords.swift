import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// The records of promotions on one cluster.
struct PromotionRecords: Sendable {
    let cluster: Cluster
    /// Understudy's own namespace.
    let namespace: String

    private var client: KubernetesClient { cluster.client }

    /// The record of a request, made now if there is none.
    func ensure(_ request: PromotionRequested, now: Date) async throws -> PromotionRecord {
        if let known = try await find(request) { return known }
        let record = PromotionRecord(request: request, now: now)
        do {
            try await ensureNamespace()
            _ = try await client.create(try record.object(namespace: namespace), as: .configMaps)
            return record
        } catch let error as KubernetesError where error.isAlreadyExists {
            return try await find(request) ?? record
        }
    }

    /// The record of a request.
    func find(_ request: PromotionRequested) async throws -> PromotionRecord? {
        let name = PromotionRecord.name(for: request)
        return try await client.get(.configMaps, name: name, namespace: namespace).flatMap(PromotionRecord.init)
    }

    /// Keeps what changed in a record.
    func save(_ record: PromotionRecord) async throws {
        _ = try await client.apply(try record.object(namespace: namespace), as: .configMaps)
    }

    /// Follows all records.
    func watch() -> WatchSequence {
        client.watch(.configMaps, namespace: namespace, labels: [PromotionRecord.label: "true"])
    }

    /// Removes the records of a preview; those of a later preview of the same id stay.
    func remove(_ preview: PreviewReference) async throws -> [ObjectReference] {
        let selector: LabelSelector = [PromotionRecord.label: "true", PreviewLabels.preview: preview.id.rawValue]
        let records = try await client.list(.configMaps, namespace: namespace, labels: selector).items.filter {
            !$0.isLater(than: preview)
        }
        for record in records {
            _ = try await client.delete(.configMaps, name: record.name, namespace: namespace)
        }
        return records.map { reference($0.name) }
    }

    /// Whether the preview's cleanup has begun, so that a late command must change nothing. A preview that was made
    /// since under the same id has a higher generation than the one that the tombstone is about.
    func isEnded(_ preview: PreviewReference) async throws -> Bool {
        let name = "tombstone-\(preview.id.rawValue)"
        guard let tombstone = try await client.get(.configMaps, name: name, namespace: namespace) else { return false }
        let record = tombstone["data"]["record"].string.flatMap { try? JSONValue(parsing: $0) }
        guard let ended = record["preview"]["generation"].int else { return true }
        return preview.generation <= ended
    }

    /// Names a record's ConfigMap.
    func reference(_ name: String) -> ObjectReference {
        ObjectReference(
            cluster: cluster.name, apiVersion: "v1", kind: "ConfigMap", namespace: namespace, name: name)
    }

    private func ensureNamespace() async throws {
        guard try await client.get(.namespaces, name: namespace) == nil else { return }
        do {
            _ = try await client.create(KubernetesObject(type: .namespaces, name: namespace), as: .namespaces)
        } catch let error as KubernetesError where error.isAlreadyExists {}
    }
}
