import PreviewDomain

extension Catalogue {
    /// The applications that a text is part of (namespace, name or image), by cluster, namespace and name.
    ///
    /// - Parameter cluster: only those on this one.
    func applications(matching text: String?, on cluster: String?) -> [Application] {
        let text = text?.lowercased() ?? ""
        return clusters.values.filter { cluster == nil || $0.name == cluster }.flatMap(\.applications.values).filter {
            text.isEmpty || "\($0.namespace)/\($0.name) \($0.image)".lowercased().contains(text)
        }.sorted { ($0.cluster, $0.namespace, $0.name) < ($1.cluster, $1.namespace, $1.name) }
    }
}
