import KubernetesClient

/// What someone wants to do.
struct AccessAttributes: Sendable {
    var verb: String
    var group = ""
    var resource = ""
    var subresource = ""
    var namespace = ""
    var name = ""
    /// For what is no resource, as `/version`.
    var path = ""

    /// From the spec of an access review.
    init(review spec: JSONValue?) {
        let resource = spec["resourceAttributes"]
        verb = resource["verb"].string ?? spec["nonResourceAttributes"]["verb"].string ?? ""
        group = resource["group"].string ?? ""
        self.resource = resource["resource"].string ?? ""
        subresource = resource["subresource"].string ?? ""
        namespace = resource["namespace"].string ?? ""
        name = resource["name"].string ?? ""
        path = spec["nonResourceAttributes"]["path"].string ?? ""
    }

    /// From a request for a resource.
    init(_ request: APIRequest, _ path: ResourcePath) {
        switch request.method {
        case "GET", "HEAD":
            verb = request.flag("watch") || path.isWatch ? "watch" : path.name == nil ? "list" : "get"
        case "POST": verb = "create"
        case "PUT": verb = "update"
        case "PATCH": verb = "patch"
        default: verb = path.name == nil ? "deletecollection" : "delete"
        }
        group = path.group
        resource = path.resource
        subresource = path.subresource ?? ""
        namespace = path.namespace ?? ""
        name = path.name ?? ""
    }
}

/// Decides by the stored roles and bindings, as Kubernetes' RBAC does.
struct Authorizer: Sendable {
    let store: ObjectStore

    struct Decision: Sendable {
        var isAllowed: Bool
        var reason = ""
    }

    func decide(_ user: User, _ access: AccessAttributes) -> Decision {
        if user.isAdmin { return Decision(isAllowed: true) }
        for rule in rules(for: user, namespace: access.namespace) where allows(rule, access) {
            return Decision(isAllowed: true, reason: "RBAC: allowed by a rule bound to \(user.name)")
        }
        return Decision(isAllowed: false)
    }

    /// Refuses what the user may not do.
    func require(_ user: User, _ access: AccessAttributes) throws(APIError) {
        guard !decide(user, access).isAllowed else { return }
        let subresource = access.subresource.isEmpty ? "" : "/\(access.subresource)"
        let group = access.group.isEmpty ? "" : ".\(access.group)"
        let named = access.name.isEmpty ? "" : " \"\(access.name)\""
        let place = access.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(access.namespace)\""
        throw APIError(
            code: 403, reason: "Forbidden",
            message: "\(access.resource)\(group)\(named) is forbidden: User \"\(user.name)\" cannot \(access.verb) "
                + "resource \"\(access.resource)\(subresource)\" in API group \"\(access.group)\" \(place)",
            group: access.group, kind: access.resource, name: access.name, isByAuthorizer: true)
    }

    /// Every rule bound to a user, cluster-wide and in a namespace.
    func rules(for user: User, namespace: String?) -> [JSONValue] {
        if user.isAdmin {
            return [
                ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]], ["verbs": ["*"], "nonResourceURLs": ["*"]],
            ]
        }
        var rules: [JSONValue] = []
        for binding in store.list(.clusterRoleBindings).items where binds(binding, user) {
            rules += rulesOfRole(binding["roleRef"], namespace: nil)
        }
        if let namespace, !namespace.isEmpty {
            for binding in store.list(.roleBindings, namespace: namespace).items where binds(binding, user) {
                rules += rulesOfRole(binding["roleRef"], namespace: namespace)
            }
        }
        return rules
    }

    private func rulesOfRole(_ reference: JSONValue?, namespace: String?) -> [JSONValue] {
        let name = reference["name"].string ?? ""
        let isClusterRole = reference["kind"].string == "ClusterRole"
        let key = ObjectKey(isClusterRole ? .clusterRoles : .roles, namespace: namespace, name: name)
        return store.get(key)?["rules"].array ?? []
    }

    private func binds(_ binding: JSONValue, _ user: User) -> Bool {
        (binding["subjects"].array ?? []).contains { subject in
            let name = subject["name"].string ?? ""
            switch subject["kind"].string {
            case "User": return name == user.name
            case "Group": return user.groups.contains(name)
            case "ServiceAccount":
                let namespace = subject["namespace"].string ?? binding["metadata"]["namespace"].string ?? ""
                return user.name == "system:serviceaccount:\(namespace):\(name)"
            default: return false
            }
        }
    }

    private func allows(_ rule: JSONValue, _ access: AccessAttributes) -> Bool {
        func holds(_ field: String, _ value: String) -> Bool {
            let list = rule[field].array ?? []
            return list.contains(.string(value)) || list.contains("*")
        }
        guard holds("verbs", access.verb) else { return false }
        if !access.path.isEmpty {
            return (rule["nonResourceURLs"].array ?? []).compactMap(\.string).contains { url in
                url == access.path || (url.hasSuffix("*") && access.path.hasPrefix(url.dropLast()))
            }
        }
        let resource = access.subresource.isEmpty ? access.resource : "\(access.resource)/\(access.subresource)"
        guard holds("apiGroups", access.group), holds("resources", resource) else { return false }
        let names = rule["resourceNames"].array ?? []
        return names.isEmpty || names.contains(.string(access.name))
    }
}
