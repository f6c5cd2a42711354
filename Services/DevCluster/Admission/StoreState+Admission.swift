import KubernetesClient

extension StoreState {
    /// Fills in defaults of a new object and checks it.
    func admit(creating object: inout JSONValue, key: ObjectKey, options: WriteOptions) throws(APIError) {
        if key.kind == .namespaces { object["spec"]["finalizers"] = ["kubernetes"] }
    }

    /// Fills in defaults of a changed object and checks the change.
    func admit(
        updating object: inout JSONValue, from old: JSONValue, key: ObjectKey, subresource: Subresource,
        options: WriteOptions
    ) throws(APIError) {}
}
