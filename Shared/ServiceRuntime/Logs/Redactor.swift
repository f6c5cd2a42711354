import Foundation
public import KubernetesClient

/// Takes known secret values out of texts that leave the cluster.
public struct Redactor: Sendable {
    private let values: [String]

    /// Shorter values are too likely to be part of other words.
    private static let shortest = 6
    private static let mark = "•••"

    /// Creates a redactor of these values, as they are and percent-encoded.
    public init(values: some Sequence<String>) {
        var all: Set<String> = []
        for value in values {
            // A secret of several lines, such as a key, shows up line by line.
            for line in value.split(whereSeparator: \.isNewline) where line.utf8.count >= Self.shortest {
                all.insert(String(line))
                if let encoded = line.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
                    all.insert(encoded)
                }
            }
        }
        self.values = all.sorted { $0.count > $1.count }
    }

    /// Creates a redactor of all values of Secrets; those that are no secret by their name are left out.
    public init(secrets: [JSONValue]) {
        // A release holds all of them once more, in a form that no log shows.
        self.init(
            values: secrets.filter { $0["type"].string != "helm.sh/release.v1" }.flatMap { secret in
                (secret["data"].strings ?? [:]).filter { !Self.openKeys.contains($0.key) }.values.compactMap {
                    encoded in
                    Data(base64Encoded: encoded).flatMap { String(validating: $0, as: UTF8.self) }
                }
            })
    }

    private static let openKeys: Set<String> = [
        "username", "user", "dbname", "host", "port", "ca.crt", "tls.crt", "namespace",
    ]

    /// The text without the values.
    public func redacted(_ text: String) -> String {
        values.reduce(text) { $0.contains($1) ? $0.replacing($1, with: Self.mark) : $0 }
    }

    /// The last lines of a log, without the values.
    public func lastLines(_ log: String, _ count: Int) -> [String] {
        log.split(whereSeparator: \.isNewline).suffix(count).map { redacted(String($0)) }
    }
}

extension Cluster {
    /// A redactor of every secret value in a namespace.
    ///
    /// - Throws: `KubernetesError` where the namespace's Secrets can't be read.
    public func redactor(for namespace: String) async throws -> Redactor {
        Redactor(
            secrets: try await client.list(.secrets, namespace: namespace, labels: "owner!=helm").items.map(\.value))
    }
}
