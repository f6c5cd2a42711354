extension KubernetesClient {
    /// Sends a creation until it is known what became of it.
    func create(
        _ object: KubernetesObject, as type: ResourceType, _ request: APIRequest
    ) async throws -> KubernetesObject {
        let options = connection.options
        var backoff = Backoff(first: options.firstRetryDelay, longest: options.longestRetryDelay)
        var attempt = 1
        while true {
            do {
                return try await perform(request)
            } catch let error as KubernetesError where error.leavesOutcomeOpen && attempt < options.attempts {
                attempt += 1
                try await Task.sleep(for: backoff.pause())
                guard let found = try await get(type, name: object.name, namespace: object.namespace) else { continue }
                guard found.isCreated(from: object) else { throw request.alreadyExists(object) }
                return found
            } catch let error as KubernetesError where error.isAlreadyExists && attempt > 1 {
                // The one of the attempt before may have come through late.
                guard let found = try await get(type, name: object.name, namespace: object.namespace),
                    found.isCreated(from: object)
                else { throw error }
                return found
            }
        }
    }
}

extension KubernetesError {
    /// Whether the server may or may not have done what it was asked for.
    fileprivate var leavesOutcomeOpen: Bool {
        switch cause {
        case .status(let status): [408, 500, 502, 503, 504].contains(status.code)
        case .transport(let failure) where failure.kind == .clusterUnreachable: false  // Whoever asked has to wait.
        case .transport(let failure): !failure.isBeforeSending && failure.isTransient
        case .unreadableAnswer: true
        case .invalidObject, .credentials: false
        }
    }
}

extension APIRequest {
    fileprivate func alreadyExists(_ object: KubernetesObject) -> KubernetesError {
        let message = "\(object.kind) \"\(object.name)\" already exists, made by somebody else"
        return error(
            .status(APIStatus(code: 409, reason: "AlreadyExists", message: message, name: object.name)))
    }
}

extension KubernetesObject {
    /// Whether an object holds everything that another one, which was sent, has. The server adds to what it creates; it
    /// changes nothing but the way in which some amounts are written, and then this says no, which is the safe answer.
    fileprivate func isCreated(from sent: KubernetesObject) -> Bool {
        !isBeingDeleted && value.holds(sent.value)
    }
}

extension JSONValue {
    fileprivate func holds(_ part: JSONValue) -> Bool {
        switch (self, part) {
        case (.object(let members), .object(let parts)):
            parts.allSatisfy { name, part in
                // Absent and null are the same to the server, as are empty lists and mappings that it leaves out.
                members[name]?.holds(part) ?? part.isEmptyOrNull
            }
        case (.array(let elements), .array(let parts)):
            elements.count == parts.count && zip(elements, parts).allSatisfy { $0.holds($1) }
        default: self == part
        }
    }

    private var isEmptyOrNull: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
