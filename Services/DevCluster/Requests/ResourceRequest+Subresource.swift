import KubernetesClient

extension ResourceRequest {
    func respondToSubresource() async throws -> APIResponse {
        switch (kind, path.subresource) {
        case (_, "status") where kind.hasStatus:
            return try readOrWrite(.status)
        case (_, "scale") where kind.hasScale:
            return try scale()
        case (.namespaces, "finalize"):
            guard request.method == "PUT" else { throw Self.methodNotAllowed }
            return try replace(.finalize)
        case (.pods, "log"):
            guard request.method == "GET" else { throw Self.methodNotAllowed }
            return try podLog()
        case (.pods, "eviction"):
            return try evict()
        case (.pods, "exec"), (.pods, "attach"), (.pods, "portforward"), (.pods, "proxy"), (.services, "proxy"):
            throw APIError(code: 501, reason: "NotImplemented", message: notOffered)
        case (.serviceAccounts, "token"):
            return try createToken()
        default:
            throw APIError.resourceNotFound
        }
    }

    /// Why there is no way into a pod through the API, and what takes its place.
    private var notOffered: String {
        let object = store.get(key)
        let address = object?["status"]["podIP"].string ?? object?["spec"]["clusterIP"].string
        let reached = "\(key.name) answers at \(address ?? "its address, once it has one,") on this machine"
        let instead =
            switch path.subresource {
            case "exec": "run the program on this machine: \(reached), and kubectl logs shows what it writes"
            case "attach": "kubectl logs --follow shows what it writes"
            default: "nothing has to be forwarded: \(reached)"
            }
        return "dev-cluster runs pods as local processes and does not offer \(path.subresource ?? ""); \(instead)"
    }

    private func readOrWrite(_ subresource: Subresource) throws(APIError) -> APIResponse {
        switch request.method {
        case "GET": return try get()
        case "PUT": return try replace(subresource)
        case "PATCH": return try patch(subresource)
        default: throw Self.methodNotAllowed
        }
    }

    // MARK: Scale

    private func scale() throws(APIError) -> APIResponse {
        let paths = ScalePaths(kind)
        switch request.method {
        case "GET":
            guard let stored = store.stored(key) else { throw .notFound(kind, key.name) }
            return .json(paths.scale(of: stored.value))
        case "PUT", "PATCH":
            let isPatch = request.method == "PATCH"
            let change = isPatch ? try RequestBody.yaml(request.body) : try RequestBody.decode(request)
            let type: PatchType? = isPatch ? try patchType() : nil
            let stored = try store.updateStored(key, subresource: .scale, options: writeOptions(subresource: "scale")) {
                (live: inout JSONValue) throws(APIError) in
                let shown = paths.scale(of: live)
                let wanted = try type.map { (type) throws(APIError) in try apply(change, type, to: shown) } ?? change
                let version = wanted["metadata"]["resourceVersion"].string ?? ""
                if !version.isEmpty { live["metadata"]["resourceVersion"] = .string(version) }
                guard let replicas = wanted["spec"]["replicas"] ?? .some(0), let count = replicas.int else {
                    throw .badRequest(
                        "Scale in version \"v1\" cannot be handled as a Scale: spec.replicas must be an integer")
                }
                guard count >= 0 else {
                    throw APIError.invalid(
                        kind, key.name, [.invalid("spec.replicas", replicas, "must be greater than or equal to 0")])
                }
                paths.set(count, in: &live)
            }
            return .json(paths.scale(of: stored.value))
        default: throw Self.methodNotAllowed
        }
    }

    // MARK: Pods

    private func podLog() throws(APIError) -> APIResponse {
        guard let pod = store.get(key) else { throw .notFound(kind, key.name) }
        guard let logs = server.logs else {
            throw APIError(
                code: 501, reason: "NotImplemented", message: "this dev-cluster runs no pods, so there are no logs")
        }
        let containers = ["initContainers", "containers"].flatMap { pod["spec"][$0].array ?? [] }
            .compactMap { $0["name"].string }
        let named = request.query["container"] ?? ""
        if named.isEmpty, (pod["spec"]["containers"].array ?? []).count > 1 {
            throw .badRequest(
                "a container name must be specified for pod \(key.name), choose one of: "
                    + "[\(containers.joined(separator: " "))]")
        }
        guard named.isEmpty || containers.contains(named) else {
            throw .badRequest("container \(named) is not valid for pod \(key.name)")
        }
        let container = named.isEmpty ? pod["spec"]["containers"][0]["name"].string : named
        let stream = logs.logs(
            namespace: path.namespace ?? "", pod: key.name, container: container,
            tailLines: request.number("tailLines"), previous: request.flag("previous"),
            follow: request.flag("follow"), sinceSeconds: request.number("sinceSeconds"),
            timestamps: request.flag("timestamps"))
        var response = APIResponse(contentType: "text/plain")
        let limit = request.number("limitBytes") ?? .max
        response.body = .stream { write in
            var left = limit
            for await chunk in stream {
                try await write(chunk.count > left ? Array(chunk.prefix(left)) : chunk)
                left -= min(left, chunk.count)
                if left == 0 { return }
            }
        }
        return response
    }

    private func evict() throws(APIError) -> APIResponse {
        guard request.method == "POST" else { throw Self.methodNotAllowed }
        let eviction = try RequestBody.decode(request)
        let options = DeleteOptions(
            gracePeriodSeconds: eviction["deleteOptions"]["gracePeriodSeconds"].int,
            uid: eviction["deleteOptions"]["preconditions"]["uid"].string, isDryRun: request.isDryRun)
        try store.delete(key, options)
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201], status: 201)
    }

    // MARK: Tokens

    private func createToken() throws(APIError) -> APIResponse {
        guard request.method == "POST" else { throw Self.methodNotAllowed }
        guard let account = store.get(key) else { throw .notFound(kind, key.name) }
        var answer = try RequestBody.decode(request)
        let seconds = answer["spec"]["expirationSeconds"].int ?? 3600
        guard seconds >= 600 else {
            throw APIError(
                code: 422, reason: "Invalid",
                message: "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: "
                    + "\(seconds): may not specify a duration less than 10 minutes",
                group: "authentication.k8s.io", kind: "TokenRequest")
        }
        let expiry = Int(Moment.secondsSinceEpoch()) + seconds
        let token = server.authenticator.token(
            namespace: path.namespace ?? "", serviceAccount: key.name, uid: account["metadata"]["uid"].string ?? "",
            expiry: expiry)
        answer["kind"] = "TokenRequest"
        answer["apiVersion"] = "authentication.k8s.io/v1"
        answer["metadata"]["name"] = .string(key.name)
        answer["metadata"]["namespace"] = path.namespace.map { .string($0) }
        answer["spec"]["expirationSeconds"] = .int(Int64(seconds))
        answer["status"] = ["token": .string(token), "expirationTimestamp": .string(Moment.text(expiry))]
        return .json(answer, status: 201)
    }
}

/// Where a kind keeps the numbers that `/scale` shows.
struct ScalePaths: Sendable {
    private let specReplicas: [String]
    private let statusReplicas: [String]
    private let selector: [String]

    init(_ kind: ResourceKind) {
        func steps(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }
        let scale = kind.definition?.storage?.scale
        specReplicas = steps(scale?.specReplicas ?? ".spec.replicas")
        statusReplicas = steps(scale?.statusReplicas ?? ".status.replicas")
        selector = steps(scale.map { $0.labelSelector ?? "" } ?? ".spec.selector")
    }

    func scale(of object: JSONValue) -> JSONValue {
        func value(_ path: [String]) -> JSONValue? {
            path.isEmpty ? nil : path.reduce(Optional(object)) { $0[$1] }
        }
        var metadata: JSONValue = [:]
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = object["metadata"][field]
        }
        var status: JSONValue = ["replicas": value(statusReplicas) ?? 0]
        if let text = value(selector).string {
            status["selector"] = .string(text)
        } else if let labels = value(selector),
            let selector = LabelSelector(
                labels["matchLabels"] == nil && labels["matchExpressions"] == nil ? ["matchLabels": labels] : labels)
        {
            status["selector"] = .string(selector.text)
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata,
            "spec": ["replicas": value(specReplicas) ?? 0], "status": status,
        ]
    }

    func set(_ replicas: Int, in object: inout JSONValue) {
        func set(_ value: inout JSONValue?, _ path: ArraySlice<String>) {
            guard let first = path.first else { return value = .int(Int64(replicas)) }
            var child = value[first]
            set(&child, path.dropFirst())
            value[first] = child
        }
        var root: JSONValue? = object
        set(&root, specReplicas[...])
        object = root ?? object
    }
}
