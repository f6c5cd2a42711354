extension StoreState {
    /// Remembers that what counts against a namespace's quotas changed.
    mutating func noteForQuota(_ key: ObjectKey) {
        guard let namespace = key.namespace, count(.resourceQuotas, namespace: namespace) > 0 else { return }
        namespacesToCount.insert(namespace)
    }

    mutating func countQuotas() {
        namespacesToCount = []
    }
}
