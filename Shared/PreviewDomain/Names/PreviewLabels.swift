/// The labels on every object that Understudy makes, and back from them.
public enum PreviewLabels {
    public static let managedBy = "app.kubernetes.io/managed-by"
    public static let managedByValue = "understudy"
    public static let preview = "understudy.dev/preview"
    public static let organization = "understudy.dev/organization"
    public static let generation = "understudy.dev/generation"
    public static let service = "understudy.dev/service"
    public static let database = "understudy.dev/database"

    /// The labels for an object made for the preview.
    public static func labels(
        for reference: PreviewReference, service: String? = nil, database: String? = nil
    ) -> [String: String] {
        var labels = [
            managedBy: managedByValue, preview: reference.id.rawValue,
            organization: reference.organization.rawValue, generation: String(reference.generation),
        ]
        labels[Self.service] = service.map { DNSLabel.shortened($0) }
        labels[Self.database] = database
        return labels
    }

    /// A selector for everything that Understudy made for a preview, or for any preview.
    public static func selector(for preview: PreviewID? = nil) -> String {
        "\(managedBy)=\(managedByValue),\(preview.map { "\(Self.preview)=\($0.rawValue)" } ?? Self.preview)"
    }

    /// The generation that an object with these labels was made for, or `nil` where they do not say.
    public static func generation(from labels: [String: String]) -> Int? {
        labels[generation].flatMap { Int($0) }
    }

    /// The preview that an object with these labels was made for, or `nil` where they do not say.
    public static func reference(
        from labels: [String: String], cluster: String, namespace: String?
    ) -> PreviewReference? {
        guard labels[managedBy] == managedByValue, let id = labels[preview].flatMap(PreviewID.init(rawValue:)) else {
            return nil
        }
        return PreviewReference(
            id: id, organization: labels[organization].flatMap(OrganizationName.init(rawValue:)) ?? .default,
            cluster: cluster, namespace: namespace, generation: generation(from: labels) ?? 1)
    }
}
