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

    /// Whether this object was made for a later generation of the preview, or for a later preview of the same id.
    ///
    /// A message about generation *n* says nothing of such an object: what ended with *n* has none of them.
    public func isLater(than preview: PreviewReference) -> Bool {
        labels[PreviewLabels.preview] == preview.id.rawValue
            && PreviewLabels.generation(from: labels).map { $0 > preview.generation } ?? false
    }
}
