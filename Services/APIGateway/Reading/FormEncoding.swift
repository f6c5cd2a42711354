import KubernetesClient

/// Writes forms as browsers do, `application/x-www-form-urlencoded`.
enum FormEncoding {
    static func text(_ fields: [(String, String)]) -> String {
        fields.map { "\(URLPath.encode($0.0))=\(URLPath.encode($0.1))" }.joined(separator: "&")
    }
}
