public import Foundation

extension PreviewSnapshot {
    /// What is going on, or why it does not go on and what to do, in a sentence or two.
    public func message(now: Date, policy: PreviewPolicy) -> String {
        let message = ownMessage(now: now, policy: policy)
        guard let since = cluster.awaySince, !isOver(now: now, policy: policy) else { return message }
        let problem = cluster.problem.map { " (\($0))" } ?? ""
        return "The cluster \(preview.cluster) cannot be reached since \(JSONCoding.format(since))\(problem); "
            + "it goes on when the cluster is back. Last known: \(message)"
    }

    private func isOver(now: Date, policy: PreviewPolicy) -> Bool {
        cleanupState(now: now, policy: policy) == .done
    }

    private func ownMessage(now: Date, policy: PreviewPolicy) -> String {
        switch status(now: now, policy: policy) {
        case .pending: "Waiting for the deployment to begin."
        case .deploying: deployingMessage
        case .ready: readyMessage
        case .approved: promotionMessage(now: now, policy: policy)
        case .completed: "Every version was promoted. \(cleanupMessage(now: now, policy: policy))"
        case .rejected: "\(endingMessage("Rejected")) \(cleanupMessage(now: now, policy: policy))"
        case .expired: "The time to live ran out. \(cleanupMessage(now: now, policy: policy))"
        case .tornDown: "\(endingMessage("Torn down")) \(cleanupMessage(now: now, policy: policy))"
        case .failed: failureMessage(now: now, policy: policy)
        }
    }

    private var deployingMessage: String {
        let ready = parts.count { current($0)?.state == .ready }
        let waiting = parts.filter { current($0)?.state != .ready }.map { part in
            guard let said = current(part)?.message else { return part.title }
            return "\(part.title) (\(said))"
        }
        return "\(ready) of \(parts.count) parts are ready; waiting for \(waiting.joined(separator: ", "))."
    }

    private var readyMessage: String {
        let approved = preview.services.filter(preview.isApproved)
        let answer = "Every service is healthy."
        guard !approved.isEmpty else { return "\(answer) Approve it to promote, or reject it." }
        let open = preview.services.filter { !preview.isApproved($0) }.map(\.name).joined(separator: ", ")
        return "\(answer) \(approved.count) of \(preview.services.count) services are approved; missing: \(open)."
    }

    private func promotionMessage(now: Date, policy: PreviewPolicy) -> String {
        var sentences = preview.services.map { service in
            let fact = current(.promotion(service.name), now: now, policy: policy)
            let change = "\(service.name) to \(service.targetVersion)"
            return switch fact?.state {
            case .ready: "\(change) is promoted."
            case .failed: "Promoting \(change) failed: \(fact?.failure?.explanation ?? "no reason was given.")"
            case .working, .unhealthy: "Promoting \(change): \(fact?.message ?? "under way")."
            case nil: "\(change) waits for its promotion."
            }
        }
        if preview.withdrawal != nil { sentences.append("It is removed after that, since its resource was deleted.") }
        return sentences.joined(separator: " ")
    }

    private func endingMessage(_ verb: String) -> String {
        guard let ending = preview.ending else { return "\(verb)." }
        guard let reason = ending.reason else { return "\(verb) by \(ending.by)." }
        // Whoever gave the reason may have ended the sentence.
        let isEnded = reason.last.map { ".!?…".contains($0) } ?? false
        return "\(verb) by \(ending.by): \(reason)\(isEnded ? "" : ".")"
    }

    private func cleanupMessage(now: Date, policy: PreviewPolicy) -> String {
        switch cleanupState(now: now, policy: policy) {
        case .none, .running: return "Everything made for it is being removed."
        case .done: return "Everything made for it is gone; the receipt lists it."
        case .stuck:
            let objects = stuckObjects(now: now, policy: policy).map { "\($0.object): \($0.failure.message)" }
            return "Not everything could be removed; it is tried on. \(objects.joined(separator: " "))"
        }
    }

    private func failureMessage(now: Date, policy: PreviewPolicy) -> String {
        let failure = failure(now: now, policy: policy)
        guard let part = parts.first(where: { current($0, now: now, policy: policy)?.state == .failed }) else {
            return failure?.explanation ?? "No reason was given."
        }
        return "The \(part.title) failed: \(failure?.explanation(of: part) ?? "No reason was given.")"
    }
}

extension Part {
    /// The part in words, such as `database orders-db`.
    public var title: String {
        switch self {
        case .namespace: "namespace"
        case .database(let name): "database \(name)"
        case .service(let name): "service \(name)"
        case .address(let name): "address of \(name)"
        case .promotion(let name): "promotion of \(name)"
        case .cleanup(let participant): "cleanup by \(participant.rawValue)"
        }
    }
}
