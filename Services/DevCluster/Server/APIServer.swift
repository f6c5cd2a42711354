import KubernetesClient
import Logging

/// Answers the Kubernetes API over an object store; knows nothing of sockets.
struct APIServer: Sendable {
    let store: ObjectStore
    let authenticator: Authenticator
    /// Where the logs of pods are read; without one `pods/log` says so.
    let logs: (any PodLogSource)?
    let discovery = DiscoveryCache()
    let snapshots = ListSnapshots()
    let log: Logger

    func respond(to request: APIRequest) async -> APIResponse {
        do {
            return try await route(request)
        } catch let error as APIError {
            return .error(error)
        } catch {
            log.error(
                "A request failed",
                metadata: ["path": "/\(request.path.joined(separator: "/"))", "error": "\(error)"])
            return .error(.internalError("the server could not answer: \(error)"))
        }
    }

    private func route(_ request: APIRequest) async throws -> APIResponse {
        let path = request.path
        switch path.first {
        case "healthz", "livez", "readyz": return .text("ok")
        case "version": return .json(Discovery.version)
        default: break
        }
        let user = try authenticator.authenticate(request, store: store)
        let kinds = store.kinds
        switch path.first {
        case nil, "": return .json(["paths": ["/api", "/apis", "/healthz", "/openapi/v3", "/version"]])
        case "api": return try await core(request, user, kinds)
        case "apis": return try await groups(request, user, kinds)
        case "openapi": return try openAPI(request, kinds)
        default: throw APIError.pageNotFound
        }
    }

    private func core(_ request: APIRequest, _ user: User, _ kinds: KindRegistry) async throws -> APIResponse {
        let path = request.path
        if path.count == 1 { return try discoveryDocument(request, kinds, isCore: true) }
        guard path[1] == "v1" else { throw APIError.pageNotFound }
        guard let resource = ResourcePath(group: "", version: "v1", segments: path[2...]) else {
            return .json(Discovery.resources(kinds, group: "", version: "v1"))
        }
        return try await self.resource(request, resource, user, kinds)
    }

    private func groups(_ request: APIRequest, _ user: User, _ kinds: KindRegistry) async throws -> APIResponse {
        let path = request.path
        switch path.count {
        case 1: return try discoveryDocument(request, kinds, isCore: false)
        case 2:
            guard let group = Discovery.group(kinds, path[1]) else { throw APIError.pageNotFound }
            return .json(group)
        default:
            let versions = Discovery.versions(kinds, group: path[1])
            guard !versions.isEmpty else { throw APIError.pageNotFound }
            guard versions.contains(path[2]) else {
                throw path.count == 3 ? APIError.pageNotFound : APIError.resourceNotFound
            }
            guard let resource = ResourcePath(group: path[1], version: path[2], segments: path[3...]) else {
                return .json(Discovery.resources(kinds, group: path[1], version: path[2]))
            }
            return try await self.resource(request, resource, user, kinds)
        }
    }

    private func resource(
        _ request: APIRequest, _ path: ResourcePath, _ user: User, _ kinds: KindRegistry
    ) async throws -> APIResponse {
        if let answer = try reviews(request, path, user, kinds) { return answer }
        try Authorizer(store: store).require(user, AccessAttributes(request, path))
        let view: KindView
        if path.group == "events.k8s.io", path.resource == "events" {
            view = KindView(.events, group: path.group, version: path.version, kinds: kinds)
        } else if let kind = kinds.kind(group: path.group, version: path.version, plural: path.resource) {
            view = KindView(kind, group: path.group, version: path.version, kinds: kinds)
        } else {
            throw path.group.isEmpty || BuiltInGroups.contains(path.group)
                ? APIError.resourceNotFound : APIError.pageNotFound
        }
        if view.kind.isNamespaced, path.namespace == nil, path.name != nil { throw APIError.resourceNotFound }
        if !view.kind.isNamespaced, path.namespace != nil { throw APIError.resourceNotFound }
        var response = try await ResourceRequest(
            server: self, request: request, path: path, view: view, user: user, kinds: kinds
        ).respond()
        if let definition = view.kind.definition, let warning = definition.version(view.version)?.deprecationWarning {
            response.warn([warning])
        } else if view.kind == .endpoints {
            response.warn(["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"])
        }
        return response
    }
}

/// The groups that are served whether or not a custom resource uses them.
enum BuiltInGroups {
    private static let names = Set(ResourceKind.builtIn.map(\.group))

    static func contains(_ group: String) -> Bool { names.contains(group) }
}
