import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Says on the cluster that a preview has ended, so that a late command brings nothing back, and how its removal stands,
/// so that any process can go on with it.
struct Tombstone: Codable, Sendable, Equatable {
    enum State: String, Codable, Sendable { case running, done }

    /// An object that was there when the removal began.
    struct Seen: Codable, Sendable, Hashable {
        var object: ObjectReference
        var madeBy: String
    }

    var preview: PreviewReference
    /// When the cleanup was asked for, by the clock of who asked. Requests made later are about a new preview of the
    /// same id.
    var endedAt: Date
    var startedAt: Date
    var state: State
    var seen: [Seen]

    /// The label of tombstones, with the preview's id. They belong to no preview, so they carry none of its labels.
    static let label = "understudy.dev/tombstone"

    /// The label that says whether the removal goes on.
    static let stateLabel = "understudy.dev/tombstone-state"

    static func name(of id: PreviewID) -> String { "tombstone-\(id.rawValue)" }

    /// Whether a request made at a time is about the preview that ended.
    func covers(requestMadeAt time: Date) -> Bool { time <= endedAt }
}

extension ClusterAccess {
    /// The tombstone of a preview, if there is one.
    func tombstone(of id: PreviewID) async throws -> Tombstone? {
        try await client.get(.configMaps, name: Tombstone.name(of: id), namespace: system.name).flatMap(decode)
    }

    /// The tombstones of removals that go on, or that are done.
    func tombstones(_ state: Tombstone.State) async throws -> [Tombstone] {
        let labels: LabelSelector = [Tombstone.stateLabel: state.rawValue]
        return try await client.list(.configMaps, namespace: system.name, labels: labels).items.compactMap(decode)
    }

    /// Writes a tombstone; makes the system namespace where it is missing.
    func write(_ tombstone: Tombstone) async throws {
        let record = try JSONValue(encoding: tombstone)
        var object = KubernetesObject(
            type: .configMaps, name: Tombstone.name(of: tombstone.preview.id), namespace: system.name,
            labels: [
                Tombstone.label: tombstone.preview.id.rawValue, Tombstone.stateLabel: tombstone.state.rawValue,
                PreviewLabels.managedBy: PreviewLabels.managedByValue,
            ])
        object["data"] = ["record": .string(record.description)]
        do {
            _ = try await client.apply(object, as: .configMaps)
        } catch let error as KubernetesError where error.isNotFound {
            try await system.ensure()
            _ = try await client.apply(object, as: .configMaps)
        }
    }

    /// Removes a tombstone.
    func remove(_ tombstone: Tombstone) async throws {
        try await client.delete(.configMaps, name: Tombstone.name(of: tombstone.preview.id), namespace: system.name)
    }

    private func decode(_ object: KubernetesObject) -> Tombstone? {
        object["data"]["record"].string.flatMap { try? JSONValue(parsing: $0).decoded() }
    }
}
