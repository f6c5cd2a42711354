import Shared

/// Looks for ledgered objects on one cluster, one by one.
struct LedgerCheck: Sendable {
    /// What a look found.
    struct Result: Sendable {
        /// Objects that are not there.
        var gone: [ObjectReference] = []
        /// Objects that are.
        var left: [Leftover] = []
    }

    let cluster: String
    let client: KubernetesClient

    /// Looks for the objects. What a later preview of the same id made is none of this one's: its namespace is another
    /// one, and so is everything in it.
    ///
    /// - Parameter isThorough: whether objects in the preview's namespace are looked for while the namespace is there;
    ///   they go away with it, so usually the namespace is what to wait for.
    func look(
        for objects: [ObjectReference], of preview: PreviewReference, isThorough: Bool
    ) async throws -> Result {
        var result = Result()
        let namespace = try await client.get(.namespaces, name: preview.namespace)
        if namespace?.isLater(than: preview) == true {
            let inside = objects.filter { isInside($0, preview) }
            result.gone = inside
            let outside = objects.filter { !isInside($0, preview) }
            return try await add(look(for: outside, of: preview, trusting: false), to: result)
        }
        let isOurs = namespace?.previewReference(on: cluster)?.id == preview.id
        if let namespace, isOurs { result.left.append(Leftover(namespace, type: .namespaces, on: cluster)) }

        let others = objects.filter { !($0.kind == "Namespace" && $0.name == preview.namespace && isOurs) }
        let waits = { (object: ObjectReference) in isOurs && !isThorough && object.namespace == preview.namespace }
        return try await add(look(for: others.filter { !waits($0) }, of: preview, trusting: isOurs), to: result)
    }

    /// Whether an object is the preview's namespace, or in it.
    private func isInside(_ object: ObjectReference, _ preview: PreviewReference) -> Bool {
        object.namespace == preview.namespace || object.kind == "Namespace" && object.name == preview.namespace
    }

    private func add(_ findings: [Finding], to result: Result) -> Result {
        findings.reduce(into: result) { result, finding in
            switch finding {
            case .gone(let reference): result.gone.append(reference)
            case .left(let leftover): result.left.append(leftover)
            }
        }
    }

    private enum Finding: Sendable {
        case gone(ObjectReference)
        case left(Leftover)
    }

    private func look(
        for objects: [ObjectReference], of preview: PreviewReference, trusting isNamespaceOurs: Bool
    ) async throws -> [Finding] {
        try await withThrowingTaskGroup(of: Finding.self) { group in
            var findings: [Finding] = []
            var waiting = objects[...]
            for object in waiting.prefix(8) {
                group.addTask { try await look(for: object, of: preview, trusting: isNamespaceOurs) }
            }
            waiting = waiting.dropFirst(8)
            while let finding = try await group.next() {
                findings.append(finding)
                if let object = waiting.popFirst() {
                    group.addTask { try await look(for: object, of: preview, trusting: isNamespaceOurs) }
                }
            }
            return findings
        }
    }

    private func look(
        for object: ObjectReference, of preview: PreviewReference, trusting isNamespaceOurs: Bool
    ) async throws -> Finding {
        guard let type = try await client.resourceType(apiVersion: object.apiVersion, kind: object.kind),
            let found = try await client.get(type, name: object.name, namespace: object.namespace)
        else { return .gone(object) }
        guard !found.isLater(than: preview) else { return .gone(object) }
        // What has the name but is not ours is somebody else's: ours was never made, or is gone.
        let isInside = isNamespaceOurs && object.namespace == preview.namespace
        guard isInside || found.previewReference(on: cluster)?.id == preview.id else { return .gone(object) }
        return .left(Leftover(found, type: type, on: cluster))
    }

    /// Deletes what is left and is not on its way out already; returns it with the cluster's refusals.
    func remove(_ left: [Leftover]) async throws -> [Leftover] {
        let ending = Set(left.filter { $0.type == .namespaces && $0.object.isBeingDeleted }.map(\.object.name))
        var remaining: [Leftover] = []
        for var leftover in left {
            if !leftover.object.isBeingDeleted, !ending.contains(leftover.object.namespace ?? "") {
                do {
                    try await client.delete(
                        leftover.type, name: leftover.object.name, namespace: leftover.object.namespace,
                        preconditions: Preconditions(uid: leftover.object.uid))
                } catch let error as KubernetesError where !error.isTransient && !error.isConflict {
                    leftover.refusal = error.description
                }
            }
            remaining.append(leftover)
        }
        return remaining
    }
}
