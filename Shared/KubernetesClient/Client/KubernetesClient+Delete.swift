extension KubernetesClient {
    /// Asks for an object's deletion.
    ///
    /// - Parameters:
    ///   - type: the object's type.
    ///   - name: its name.
    ///   - namespace: where it is.
    ///   - preconditions: what must hold, else it fails with `isConflict`.
    ///   - propagation: what happens to objects that it owns.
    ///   - gracePeriod: how long its processes may take to end; `nil` for the type's default.
    ///   - dryRun: whether the server only checks and answers.
    /// - Returns: whether it was there at all, and whether it is gone already.
    @discardableResult
    public func delete(
        _ type: ResourceType, name: String, namespace: String? = nil, preconditions: Preconditions? = nil,
        propagation: DeletionPropagation = .background, gracePeriod: Duration? = nil, dryRun: Bool = false
    ) async throws -> DeletionResult {
        var request = APIRequest("DELETE", type.path(namespace: namespace, name: name))
        request.setBody(deleteOptions(preconditions, propagation, gracePeriod, dryRun))
        do {
            let answer = try await connection.perform(request) { try JSONValue(parsing: $0) }
            return answer["kind"].string == "Status" ? .deleted : .deleting(KubernetesObject(answer))
        } catch let error as KubernetesError where error.isNotFound {
            return .absent
        }
    }

    /// Asks for the deletion of all objects that the selectors choose.
    ///
    /// - Returns: the objects that were there; some may stay for a while.
    @discardableResult
    public func deleteCollection(
        _ type: ResourceType, namespace: String? = nil, labels: LabelSelector? = nil, fields: FieldSelector? = nil,
        propagation: DeletionPropagation = .background, gracePeriod: Duration? = nil, dryRun: Bool = false
    ) async throws -> [KubernetesObject] {
        let scope = ListScope(type: type, namespace: namespace, labels: labels, fields: fields)
        var request = scope.request()
        request.method = "DELETE"
        request.setBody(deleteOptions(nil, propagation, gracePeriod, dryRun))
        return try await connection.perform(request) { try ListPage($0, of: type) }.items
    }

    private func deleteOptions(
        _ preconditions: Preconditions?, _ propagation: DeletionPropagation, _ gracePeriod: Duration?, _ dryRun: Bool
    ) -> JSONValue {
        var options: JSONValue = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
        ]
        options["preconditions"]["uid"] = preconditions?.uid.map { .string($0) }
        options["preconditions"]["resourceVersion"] = preconditions?.resourceVersion.map { .string($0) }
        options["gracePeriodSeconds"] = gracePeriod.map { .int($0.components.seconds) }
        if dryRun { options["dryRun"] = ["All"] }
        return options
    }
}
