public import PreviewDomain

extension KubernetesObject {
    /// Names this object in messages, in the ledger and in receipts.
    ///
    /// - Parameter cluster: the cluster's name in Understudy's configuration.
    public func objectReference(on cluster: String) -> ObjectReference {
        ObjectReference(cluster: cluster, apiVersion: apiVersion, kind: kind, namespace: namespace, name: name)
    }

    /// The preview that this object was made for, by its labels; `nil` where it is none of Understudy's.
    ///
    /// - Parameter cluster: the cluster's name in Understudy's configuration.
    public func previewReference(on cluster: String) -> PreviewReference? {
        PreviewLabels.reference(from: labels, cluster: cluster, namespace: namespace)
    }
}
