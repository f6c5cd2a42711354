import MessageBus
import Persistence
import PreviewDomain

/// Keeps whether a cluster can be reached. When that changes, every preview on it is looked at: what it waits for is
/// asked for the moment that the cluster is back.
struct RecordCluster: MessageHandler {
    let catalogue: CatalogueStore
    let store: PreviewStore

    func handle(_ payload: ClusterObserved, context: MessageContext) async throws -> [any MessagePayload] {
        let now = store.now()
        let (isChanged, previews) = try await store.database.write { database in
            let wasAway = try ClusterTable.condition(of: payload.cluster, in: database).awaySince != nil
            let isChanged = try ClusterTable.record(payload, now: now, in: database)
            let isAway = try ClusterTable.condition(of: payload.cluster, in: database).awaySince != nil
            let previews = isChanged ? try ClusterTable.openPreviews(on: payload.cluster, in: database) : []
            return (wasAway != isAway, previews)
        }
        catalogue.record(payload, now: now) { store.rendered.invalidateAll() }
        let cause = Cause(traceParent: context.message.traceParent)
        try await store.change(each: previews, cause: cause) { snapshot, notes, _ in
            if isChanged { notes.append(Self.note(snapshot, payload)) }
        }
        return []
    }

    private static func note(_ snapshot: PreviewSnapshot, _ observed: ClusterObserved) -> Consequences.Note {
        guard snapshot.cluster.awaySince != nil else {
            return .init(kind: "cluster.reachable", message: "The cluster \(observed.cluster) answers again.")
        }
        let problem = observed.problem.map { ": \($0)" } ?? ""
        return .init(
            kind: "cluster.unreachable", message: "The cluster \(observed.cluster) cannot be reached\(problem).")
    }
}
