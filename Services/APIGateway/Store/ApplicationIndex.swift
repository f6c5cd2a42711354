import PreviewDomain

/// The applications on all clusters in the order of lists, with what each is found by. Made anew whenever a cluster
/// reports, so that showing a part of the list is not putting all of it in order.
struct ApplicationIndex: Sendable {
    /// By cluster, namespace and name.
    private let applications: [Application]
    /// What each is found by, in lower case.
    private let texts: [String]

    init(_ catalogue: Catalogue) {
        applications = catalogue.clusters.values.sorted { $0.name < $1.name }.flatMap { cluster in
            cluster.applications.values.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
        }
        texts = applications.map { "\($0.namespace)/\($0.name) \($0.image)".lowercased() }
    }

    /// The applications that a text is part of (namespace, name or image).
    ///
    /// - Parameter cluster: only those on this one.
    func applications(matching text: String?, on cluster: String?) -> [Application] {
        let text = text?.lowercased() ?? ""
        if text.isEmpty, cluster == nil { return applications }
        return applications.indices.filter { index in
            (cluster == nil || applications[index].cluster == cluster) && (text.isEmpty || texts[index].holds(text))
        }.map { applications[$0] }
    }
}
