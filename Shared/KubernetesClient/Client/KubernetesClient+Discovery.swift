import Synchronization

/// What an API server says about itself.
public struct ServerVersion: Sendable, Hashable, Codable {
    /// Such as `1`.
    public var major: String
    /// Such as `36`; some distributions add a sign.
    public var minor: String
    /// Such as `v1.36.2`.
    public var gitVersion: String
}

extension KubernetesClient {
    /// The server's version.
    public func version() async throws -> ServerVersion {
        let request = APIRequest("GET", "/version")
        return try await connection.perform(request) { try JSONValue(parsing: $0).decoded() }
    }

    /// The types that the server serves in a group and version, such as `apps/v1`; empty where it serves none.
    public func serverResources(_ apiVersion: String) async throws -> [ResourceType] {
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        guard let version = parts.last else { return [] }
        let group = parts.count == 2 ? parts[0] : ""
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        let request = APIRequest("GET", path)
        do {
            let list = try await connection.perform(request) { try JSONValue(parsing: $0) }
            return (list["resources"].array ?? []).compactMap { resource in
                guard let plural = resource["name"].string, let kind = resource["kind"].string,
                    !plural.contains("/")  // A subresource.
                else { return nil }
                return ResourceType(
                    group: group, version: version, plural: plural, kind: kind,
                    isNamespaced: resource["namespaced"].bool ?? false)
            }
        } catch let error as KubernetesError where error.isNotFound {
            return []
        }
    }

    /// The type of objects of a kind, or `nil` where the server does not serve it. What was found is remembered.
    public func resourceType(apiVersion: String, kind: String) async throws -> ResourceType? {
        if let known = connection.discovered.withLock({ $0[apiVersion] })?.first(where: { $0.kind == kind }) {
            return known
        }
        let types = try await serverResources(apiVersion)
        connection.discovered.withLock { $0[apiVersion] = types }
        return types.first { $0.kind == kind }
    }
}
