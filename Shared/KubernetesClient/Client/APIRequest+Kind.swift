extension APIRequest {
    /// What a request does, in Kubernetes' words.
    struct Kind: Sendable, Hashable {
        /// Such as `get`, `list`, `watch`, `create`, `apply`.
        var verb: String
        /// Such as `pods`, `pods/log`, `deployments.apps`; `discovery` or a first path segment for what is no resource.
        var resource: String
    }

    /// Whether it changes nothing.
    var isRead: Bool { method == "GET" || method == "HEAD" }

    /// What the request does, read from its method, path and query, so that raw requests count as well.
    var kind: Kind {
        let segments = path.split(separator: "/").map(String.init)
        guard let (resource, isNamed) = Self.resource(segments) else {
            let isDiscovery = ["api", "apis", "openapi", "version"].contains(segments.first)
            return Kind(verb: method.lowercased(), resource: isDiscovery ? "discovery" : "other")
        }
        let verb =
            switch method {
            case "GET" where query.contains { $0.name == "watch" && $0.value == "true" }: "watch"
            case "GET": isNamed ? "get" : "list"
            case "POST": "create"
            case "PUT": "update"
            case "PATCH": contentType?.hasPrefix("application/apply-patch") == true ? "apply" : "patch"
            case "DELETE": isNamed ? "delete" : "deletecollection"
            default: method.lowercased()
            }
        return Kind(verb: verb, resource: resource)
    }

    /// The resource that a path is about, and whether it names one object of it.
    private static func resource(_ segments: [String]) -> (name: String, isNamed: Bool)? {
        let group: String
        var rest: ArraySlice<String>
        switch segments.first {
        case "api" where segments.count > 2: (group, rest) = ("", segments[2...])
        case "apis" where segments.count > 3: (group, rest) = (".\(segments[1])", segments[3...])
        default: return nil
        }
        // A namespace's own subresources are no resources in it.
        let isOwn = rest.count == 3 && ["status", "finalize"].contains(rest.last)
        if rest.first == "namespaces", rest.count > 2, !isOwn { rest = rest.dropFirst(2) }
        guard let plural = rest.first else { return nil }
        let subresource = rest.count > 2 ? "/\(rest[rest.startIndex + 2])" : ""
        return (plural + group + subresource, rest.count > 1)
    }
}
