/// The labels on every object that Understudy makes, and back from them.
public enum PreviewLabels {
    /// Says that Understudy made the object; its value is ``managedByValue``.
    public static let managedBy = "app.kubernetes.io/managed-by"
    /// The value of ``managedBy``.
    public static let managedByValue = "understudy"
    /// The id of the preview that the object was made for.
    public static let preview = "understudy.dev/preview"
    /// The organization that owns the preview.
    public static let organization = "understudy.dev/organization"
    /// The preview's generation that the object was made for, in decimal digits.
    public static let generation = "understudy.dev/generation"
    /// The service that the object belongs to, shortened to a label's length; only on services' objects.
    public static let service = "understudy.dev/service"
    /// The clone that the object belongs to; only on clones' objects.
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
