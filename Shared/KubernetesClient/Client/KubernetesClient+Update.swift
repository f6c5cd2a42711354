extension KubernetesClient {
    /// Reads an object, changes it and writes it back, anew where somebody else changed it meanwhile (409). Nothing is
    /// written where `change` leaves it as it is.
    ///
    /// - Parameters:
    ///   - type: the object's type.
    ///   - name: its name.
    ///   - namespace: where it is.
    ///   - subresource: such as `status`; `nil` for the object itself.
    ///   - attempts: how often it is tried; the last conflict is thrown.
    ///   - change: what to change; called with the newest object each time, so it must have no effects of its own.
    ///     Where an answer was lost it may find itself done already: it must say what shall be, not add to what is.
    /// - Returns: the object as it is now, or `nil` where it does not exist.
    @discardableResult
    public func update(
        _ type: ResourceType, name: String, namespace: String? = nil, subresource: String? = nil, attempts: Int = 5,
        _ change: (inout KubernetesObject) throws -> Void
    ) async throws -> KubernetesObject? {
        var backoff = Backoff(first: .milliseconds(10), longest: .milliseconds(500))
        var attempt = 1
        while true {
            guard let current = try await get(type, name: name, namespace: namespace) else { return nil }
            var changed = current
            try change(&changed)
            guard changed != current else { return current }
            // Whatever the change did to it: only the version that was read guards against losing others' changes.
            changed["metadata"]?["resourceVersion"] = current["metadata"]["resourceVersion"]
            do {
                return try await replace(changed, as: type, subresource: subresource, false, .strict)
            } catch let error as KubernetesError where error.isConflict && attempt < attempts {
                attempt += 1
                try await Task.sleep(for: backoff.pause())
            } catch let error as KubernetesError where error.isNotFound {
                return nil
            }
        }
    }
}
