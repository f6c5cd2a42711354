import Logging
import Shared
import Synchronization

/// Every type of object that a cluster serves and that can be listed and deleted.
final class KindDiscovery: Sendable {
    private let client: KubernetesClient
    private let logger: Logger
    private let known = Mutex<(types: [ResourceType], at: ContinuousClock.Instant)?>(nil)

    init(client: KubernetesClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// The types, asked for again when they were asked for a while ago.
    func types(notOlderThan age: Duration) async throws -> [ResourceType] {
        if let known = known.withLock({ $0 }), .now - known.at < age { return known.types }
        var types = try await types(in: "/api/v1", group: "", version: "v1")
        let groups = try JSONValue(parsing: Array(try await client.raw("GET", "/apis").body))["groups"].array ?? []
        for group in groups {
            guard let name = group["name"].string, let version = group["preferredVersion"]["version"].string else {
                continue
            }
            do {
                types += try await self.types(in: "/apis/\(name)/\(version)", group: name, version: version)
            } catch let error as KubernetesError where [404, 503].contains(error.status?.code) {
                // An aggregated API whose server is down; its objects can't be seen by anyone. After any other failure
                // types would be missing, and what is left of them would pass for removed.
                logger.warning("Could not discover types", metadata: ["group": "\(name)", "error": "\(error)"])
            }
        }
        let found = types
        known.withLock { $0 = (found, .now) }
        return found
    }

    private func types(in path: String, group: String, version: String) async throws -> [ResourceType] {
        let list = try JSONValue(parsing: Array(try await client.raw("GET", path).body))
        return (list["resources"].array ?? []).compactMap { Self.type($0, group: group, version: version) }
    }

    /// The type that discovery describes; `nil` where its objects are not stored, are events, or show other objects.
    static func type(_ resource: JSONValue, group: String, version: String) -> ResourceType? {
        guard let plural = resource["name"].string, let kind = resource["kind"].string, !plural.contains("/"),
            let verbs = resource["verbs"].array?.compactMap(\.string), verbs.contains("list"), verbs.contains("delete"),
            !["Event", "Endpoints"].contains(kind), group != "metrics.k8s.io"
        else { return nil }
        return ResourceType(
            group: group, version: version, plural: plural, kind: kind,
            isNamespaced: resource["namespaced"].bool ?? false)
    }
}
