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

    /// Everything that the server serves, asked for now: one request for each group and version.
    ///
    /// - Parameter includesOldVersions: whether versions count that the server does not prefer in their group.
    /// - Throws: `KubernetesError`. What is served by an aggregated server that is away is no error but named in the answer;
    ///   after any other failure types would be missing, and their objects would pass for removed.
    public func discover(includesOldVersions: Bool = false) async throws -> ServedTypes {
        let groups = try await connection.perform(APIRequest("GET", "/apis")) { try JSONValue(parsing: $0) }
        var versions = [(name: "v1", isPreferred: true)]
        for group in groups["groups"].array ?? [] {
            let preferred = group["preferredVersion"]["groupVersion"].string
            versions += (group["versions"].array ?? []).compactMap { $0["groupVersion"].string }.map {
                (name: $0, isPreferred: $0 == preferred)
            }
        }
        if !includesOldVersions { versions.removeAll { !$0.isPreferred } }
        var answers = [[ServedType]?](repeating: nil, count: versions.count)
        try await withThrowingTaskGroup(of: (Int, [ServedType]?).self) { group in
            for (index, version) in versions.enumerated() {
                group.addTask {
                    do {
                        return (index, try await served(in: version.name, isPreferred: version.isPreferred))
                    } catch let error as KubernetesError
                        where version.name != "v1" && [404, 503].contains(error.status?.code)
                    {
                        return (index, nil)
                    }
                }
            }
            for try await (index, types) in group { answers[index] = types }
        }
        return ServedTypes(
            apiVersions: versions.map(\.name), types: answers.flatMap { $0 ?? [] },
            unavailable: zip(versions, answers).filter { $0.1 == nil }.map(\.0.name))
    }

    /// The types that the server serves in a group and version, such as `apps/v1`; empty where it serves none.
    public func serverResources(_ apiVersion: String) async throws -> [ResourceType] {
        do {
            return try await served(in: apiVersion, isPreferred: false).map(\.type)
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

    private func served(in apiVersion: String, isPreferred: Bool) async throws -> [ServedType] {
        let path = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
        return try await connection.perform(APIRequest("GET", path)) { bytes in
            (try JSONValue(parsing: bytes)["resources"].array ?? []).compactMap {
                ServedType($0, apiVersion: apiVersion, isPreferred: isPreferred)
            }
        }
    }
}
