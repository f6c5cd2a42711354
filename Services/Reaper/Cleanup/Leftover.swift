import Shared

/// An object of an ended preview that is still there.
struct Leftover: Sendable {
    let reference: ObjectReference
    let type: ResourceType
    var object: KubernetesObject
    /// Why the cluster does not delete it.
    var refusal: String?

    init(_ object: KubernetesObject, type: ResourceType, on cluster: String) {
        self.object = object
        self.type = type
        reference = ObjectReference(
            cluster: cluster, apiVersion: type.apiVersion, kind: type.kind, namespace: object.namespace,
            name: object.name)
    }

    /// As it is reported.
    var stuck: StuckObject { StuckObject(object: reference, failure: failure) }

    private var failure: Failure {
        if let refusal {
            return Failure(
                reason: "DeletionRefused", message: "The cluster refuses to delete \(reference): \(refusal).",
                object: reference, nextStep: "Grant the reaper the permission, or delete it by hand.")
        }
        guard object.isBeingDeleted else {
            return Failure(
                reason: "StillThere", message: "\(reference) is still there.", object: reference,
                nextStep: "Look at who keeps it, or makes it anew.")
        }
        guard !object.finalizers.isEmpty else {
            let conditions = object.conditions.filter(\.isTrue).compactMap(\.message).joined(separator: " ")
            return Failure(
                reason: "Terminating",
                message: "\(reference) is being deleted and has not ended yet"
                    + (conditions.isEmpty ? "." : ": \(conditions)"),
                object: reference, nextStep: "Look at its events and conditions.")
        }
        let names = object.finalizers.joined(separator: ", ")
        return Failure(
            reason: "FinalizerPending", message: "\(reference) waits for its finalizer \(names).", object: reference,
            nextStep: "See that the controller which owns \(names) runs.")
    }
}
