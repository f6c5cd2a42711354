import Foundation
import KubernetesClient
import MessageBus
import PreviewDomain

/// How far one service's removal of one preview is.
struct CleanupProgress: Sendable {
    /// An object that is still there.
    struct Remainder: Sendable {
        var object: KubernetesObject
        var madeBy: String
        /// Why the cluster does not delete it.
        var refusal: String?
    }

    let preview: PreviewReference
    /// The request's, for the answer.
    var context: MessageContext
    let startedAt = ContinuousClock.now
    var reportedAt: ContinuousClock.Instant?
    private(set) var remaining: [ObjectReference: Remainder] = [:]
    private(set) var removed: [ReceiptEntry] = []
    /// What the cluster says where it does not let the service look.
    private(set) var refusals: [String] = []
    private var refusedSince: ContinuousClock.Instant?
    private var hasLooked = false

    init(preview: PreviewReference, context: MessageContext) {
        self.preview = preview
        self.context = context
    }

    /// Whether a look at the cluster found nothing.
    var isComplete: Bool { hasLooked && remaining.isEmpty && refusals.isEmpty }

    /// What is known of a type's objects where they can't be looked at now.
    func known(of type: ResourceType) -> [ObjectReference: Remainder] {
        remaining.filter { $0.key.kind == type.kind && $0.key.apiVersion == type.apiVersion }
    }

    /// Takes a look at the cluster into account: what was there before and is not now is verified gone.
    ///
    /// - Parameter refusals: what the cluster said where it did not let the service look.
    mutating func observe(_ found: [ObjectReference: Remainder], refusals: [String] = [], now: Date) {
        hasLooked = true
        self.refusals = refusals
        refusedSince = refusals.isEmpty ? nil : refusedSince ?? .now
        for (reference, remainder) in remaining where found[reference] == nil {
            removed.removeAll { $0.object == reference }
            removed.append(ReceiptEntry(object: reference, madeBy: remainder.madeBy, verifiedAt: now))
        }
        removed.sort { ($0.object.kind, $0.object.name) < ($1.object.kind, $1.object.name) }
        removed.removeAll { found[$0.object] != nil }
        remaining = found
    }

    /// Whether it has taken so long that it is to be said, and was not said lately.
    ///
    /// - Parameter refusedAfter: the same for what the cluster does not let the service look at.
    func isReportDue(
        after limit: Duration, refusedAfter: Duration, now: ContinuousClock.Instant = .now
    ) -> Bool {
        let isRefused = refusedSince.map { now - $0 >= refusedAfter } ?? false
        guard isRefused || now - startedAt > limit else { return false }
        return reportedAt.map { now - $0 > .seconds(30) } ?? true
    }

    /// Says what is stuck, and why.
    func report(by participant: CleanupParticipant) -> CleanupFailed {
        let stuck = remaining.sorted { $0.key.description < $1.key.description }.map { reference, remainder in
            StuckObject(object: reference, failure: remainder.failure(of: reference))
        }
        return CleanupFailed(
            preview: preview, participant: participant, observedAt: Date(),
            failure: refusal(of: participant)
                ?? Failure(
                    reason: "StillThere",
                    message: "\(stuck.count) objects of preview \(preview.id) are still there: "
                        + stuck.prefix(5).map(\.object.description).joined(separator: ", ") + ".",
                    object: stuck.first?.object, nextStep: stuck.first?.failure.nextStep),
            removed: removed, stuck: stuck)
    }

    /// That the service may not even look for what it made.
    private func refusal(of participant: CleanupParticipant) -> Failure? {
        guard !refusals.isEmpty else { return nil }
        let namespace = ObjectReference(
            cluster: preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil, name: preview.namespace)
        return Failure(
            reason: "Forbidden",
            message: "\(participant.rawValue) may not look for what it made for the preview: "
                + refusals.joined(separator: "; "),
            object: namespace,
            nextStep:
                "Grant \(participant.rawValue)'s account the right that is named; the removal then goes on by itself."
        )
    }
}

extension CleanupProgress.Remainder {
    /// Why the object is still there, as far as it shows.
    func failure(of reference: ObjectReference) -> Failure {
        if let refusal {
            return Failure(
                reason: "DeletionRefused", message: "The cluster refuses to delete \(reference): \(refusal).",
                object: reference, nextStep: "Grant the permission, or delete it by hand.")
        }
        if object.isBeingDeleted, !object.finalizers.isEmpty {
            return Failure(
                reason: "WaitingForFinalizers",
                message: "\(reference) waits for \(object.finalizers.joined(separator: ", ")).", object: reference,
                nextStep: "Look at the controller that owns the finalizer.")
        }
        if object.isBeingDeleted {
            return Failure(
                reason: "Terminating", message: "\(reference) is being deleted and has not ended yet.",
                object: reference,
                nextStep: "Look at the events in namespace \(reference.namespace ?? "").")
        }
        return Failure(
            reason: "StillThere", message: "\(reference) is still there.", object: reference,
            nextStep: "Look at who keeps it, or makes it anew.")
    }
}
