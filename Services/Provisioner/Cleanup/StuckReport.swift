import KubernetesClient
import PreviewDomain

/// Says what keeps a namespace from going, and why.
enum StuckReport {
    /// Each object that is left with its reason; the namespace itself where nothing else is.
    static func stuck(
        _ left: [NamespaceContents.Found], namespace: KubernetesObject, reference: ObjectReference
    ) -> [StuckObject] {
        // What only waits for another object to end is not the cause.
        let held = left.filter { !$0.finalizers.isEmpty }
        let causes = held.isEmpty ? left : held
        let objects = causes.sorted { ($0.reference.kind, $0.reference.name) < ($1.reference.kind, $1.reference.name) }
            .map { StuckObject(object: $0.reference, failure: failure($0)) }
        guard objects.isEmpty else { return objects }
        let conditions = namespace.conditions.filter { $0.isTrue }.compactMap(\.message)
        let why = conditions.isEmpty ? "the cluster does not say why" : conditions.joined(separator: " ")
        return [
            StuckObject(
                object: reference,
                failure: Failure(
                    reason: "NamespaceTerminating", message: "\(reference) is being removed: \(why).",
                    object: reference,
                    nextStep: "Look at the conditions of the namespace."))
        ]
    }

    private static func failure(_ found: NamespaceContents.Found) -> Failure {
        guard !found.finalizers.isEmpty else {
            return Failure(
                reason: "StillThere", message: "\(found.reference) is still there.", object: found.reference,
                nextStep: "Look at its events.")
        }
        let names = found.finalizers.joined(separator: ", ")
        return Failure(
            reason: "FinalizerPending", message: "\(found.reference) waits for its finalizer \(names).",
            object: found.reference,
            nextStep:
                "See that the controller which owns \(names) runs; remove the finalizer by hand only if it is gone.")
    }
}
