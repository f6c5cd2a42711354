extension KubernetesClient {
    /// Follows the changes of objects: first all that are there, then each change. See `WatchSequence`.
    ///
    /// - Parameters:
    ///   - type: the type.
    ///   - namespace: where; `nil` for all namespaces.
    ///   - labels: which labels they must carry.
    ///   - fields: which values their fields must have.
    public func watch(
        _ type: ResourceType, namespace: String? = nil, labels: LabelSelector? = nil, fields: FieldSelector? = nil
    ) -> WatchSequence {
        WatchSequence(
            client: self, scope: ListScope(type: type, namespace: namespace, labels: labels, fields: fields))
    }
}
