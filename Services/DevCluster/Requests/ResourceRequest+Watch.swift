import KubernetesClient
import ServiceLifecycle

extension ResourceRequest {
    /// Streams the changes of a kind until the client leaves or its time is over.
    func watch(name: String? = nil) throws(APIError) -> APIResponse {
        let format = try format()
        var selection = try selection()
        if let name { selection.name = name }
        let sendsInitial = request.flag("sendInitialEvents")
        if request.query["sendInitialEvents"] != nil, request.query["resourceVersionMatch"] != "NotOlderThan" {
            throw .invalidOptions(
                "resourceVersionMatch",
                "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
        }
        if request.query["sendInitialEvents"] == nil, request.query["resourceVersionMatch"]?.isEmpty == false {
            throw .invalidOptions(
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        }
        var since: Int?
        if let text = request.query["resourceVersion"], !text.isEmpty {
            guard let version = Int(text) else { throw .badRequest("Invalid value: \"\(text)\": invalid syntax") }
            since = version == 0 ? nil : version
        }
        let watch = WatchStream(
            view: view, selection: selection, format: format, includes: request.query["includeObject"],
            sendsBookmarks: request.flag("allowWatchBookmarks"), marksInitialEnd: sendsInitial,
            seconds: request.number("timeoutSeconds") ?? Int.random(in: 1800...3600))
        var response = APIResponse()
        response.headers.append(("Cache-Control", "no-cache, private"))
        let current = store.resourceVersion
        if let version = since, version > current, sendsInitial {
            let error = Self.tooNew(version, current)
            response.body = .stream { write in
                // A real server waits for the version first; a client retries either way.
                try await Task.sleep(for: .seconds(3))
                try await write(watch.line("ERROR", error.status.encoded))
            }
            return response
        }
        let subscription: StoreSubscription
        do {
            subscription = try store.subscribe(
                [kind], namespace: path.namespace, since: sendsInitial ? nil : since.map { min($0, current) })
        } catch  where error.code == 410 {
            response.body = .bytes(watch.line("ERROR", error.status.encoded))
            return response
        }
        let after = since ?? 0
        response.body = .stream { write in try await watch.run(subscription, after: after, write) }
        return response
    }
}

/// Turns the store's changes into the lines of one watch.
struct WatchStream: Sendable {
    let view: KindView
    let selection: ResourceRequest.Selection
    let format: AnswerFormat
    let includes: String?
    let sendsBookmarks: Bool
    let marksInitialEnd: Bool
    let seconds: Int

    /// Writes until the time is over, the server stops or the client is gone.
    ///
    /// - Parameter version: changes up to this one are not written; a client may name a version yet to come.
    func run(_ subscription: StoreSubscription, after version: Int, _ write: @escaping APIResponse.Write) async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var writer = Lines(stream: self)
                    try await self.write(subscription, after: version, &writer, write)
                }
                group.addTask {
                    var left = self.seconds
                    while left > 60 {
                        try await Task.sleep(for: .seconds(60))
                        subscription.bookmark()
                        left -= 60
                    }
                    try await Task.sleep(for: .seconds(max(0, left)))
                    subscription.bookmark()
                    subscription.end()
                    try await Task.sleep(for: .seconds(30))
                }
                defer {
                    subscription.end()
                    group.cancelAll()
                }
                try await group.next()
            }
        } onGracefulShutdown: {
            subscription.end()
        }
    }

    private func write(
        _ subscription: StoreSubscription, after version: Int, _ lines: inout Lines,
        _ write: @escaping APIResponse.Write
    ) async throws {
        var batch: [UInt8] = []
        for event in subscription.initial {
            if event.resourceVersion <= version, event.previous != nil || event.type != .added { continue }
            batch += lines.lines(for: event)
            if batch.count > 1 << 18 {
                try await write(batch)
                batch.removeAll(keepingCapacity: true)
            }
        }
        if marksInitialEnd, sendsBookmarks {
            batch += lines.bookmark(subscription.resourceVersion, endsInitial: true)
        }
        // Also when there is nothing yet: the client waits for the head of the answer.
        try await write(batch)
        for await signal in subscription.signals {
            switch signal {
            case .event(let event):
                guard event.resourceVersion > version else { continue }
                let bytes = lines.lines(for: event)
                if !bytes.isEmpty { try await write(bytes) }
            case .bookmark(let current):
                if sendsBookmarks { try await write(lines.bookmark(current, endsInitial: false)) }
            }
        }
    }

    func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
        var bytes = Array("{\"type\":\"\(type)\",\"object\":".utf8)
        bytes.reserveCapacity(bytes.count + object.count + 2)
        bytes += object
        bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        return bytes
    }

    /// What has been written so far decides how the next line looks.
    private struct Lines {
        let stream: WatchStream
        var hasSentColumns = false

        init(stream: WatchStream) { self.stream = stream }

        /// The line of a change; empty when the client's selection is not concerned.
        mutating func lines(for event: StoreEvent) -> [UInt8] {
            let selection = stream.selection
            var type = event.type.rawValue
            if !selection.isEverything {
                let matches = selection.matches(event.stored.value)
                let matched = event.previous.map { selection.matches($0.value) } ?? false
                switch event.type {
                case .added: guard matches else { return [] }
                case .deleted: guard matched || matches else { return [] }
                case .modified:
                    guard matches || matched else { return [] }
                    if matches, !matched { type = "ADDED" }
                    if !matches { type = "DELETED" }
                }
            }
            return stream.line(type, encode(event.stored))
        }

        private mutating func encode(_ stored: StoredObject) -> [UInt8] {
            switch stream.format.shape {
            case .table(let version):
                let table = TableRenderer(view: stream.view, version: version, includes: stream.includes)
                defer { hasSentColumns = true }
                return table.table(
                    rows: [stream.view.present(stored)], resourceVersion: String(stored.resourceVersion),
                    withColumns: !hasSentColumns
                ).encoded
            case .metadata(let version), .metadataList(let version):
                return PartialMetadata.object(stored.value, version: version).encoded
            case .object, .aggregatedDiscovery:
                return stream.view.encoded(stored)
            }
        }

        mutating func bookmark(_ version: Int, endsInitial: Bool) -> [UInt8] {
            var metadata: JSONValue = ["resourceVersion": .string(String(version))]
            if endsInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
            var object: JSONValue = [
                "kind": .string(stream.view.kind.kind), "apiVersion": .string(stream.view.apiVersion),
                "metadata": metadata,
            ]
            switch stream.format.shape {
            case .metadata(let version), .metadataList(let version):
                object["kind"] = "PartialObjectMetadata"
                object["apiVersion"] = .string("meta.k8s.io/\(version)")
            case .table(let version):
                let table = TableRenderer(view: stream.view, version: version, includes: "Object")
                object["metadata"]["creationTimestamp"] = .null
                object = table.bookmark(object, resourceVersion: String(version), withColumns: !hasSentColumns)
                hasSentColumns = true
            case .object, .aggregatedDiscovery: break
            }
            return stream.line("BOOKMARK", object.encoded)
        }
    }
}
