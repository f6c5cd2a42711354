import Foundation
import Logging

/// The changes of a set of objects, for as long as somebody asks for the next one.
///
/// Lists first, then watches from the list's version on. A watch that breaks off, dies silently or comes to its end is
/// taken up where it stopped; where the server no longer knows that version, or does not know it yet (as after etcd was set
/// back), the objects are listed anew. The first list throws what cannot get better by trying again (as where the type does
/// not exist or may not be read); after that the sequence ends only with its task, by `CancellationError`.
public struct WatchSequence: AsyncSequence, Sendable {
    /// What the sequence yields.
    public typealias Element = WatchEvent

    let client: KubernetesClient
    let scope: ListScope

    /// Starts a watch of its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(watch: self)
    }

    /// Follows the changes. Giving it up ends the watch.
    public struct Iterator: AsyncIteratorProtocol {
        private enum Phase {
            case list
            case connect(from: String)
            case read(WatchLines, from: String)
        }

        private let watch: WatchSequence
        private var phase = Phase.list
        private var hasListed = false
        /// How many connections in a row brought nothing at all, not even a bookmark, although they were open for long.
        private var silences = 0
        private var backoff: Backoff

        init(watch: WatchSequence) {
            self.watch = watch
            let options = watch.client.connection.options
            backoff = Backoff(first: options.firstRetryDelay, longest: .seconds(30))
        }

        /// The next change.
        public mutating func next() async throws -> WatchEvent? {
            while true {
                do {
                    if let event = try await step() { return event }
                } catch let error as KubernetesError {
                    guard hasListed || error.isTransient && !error.isUnauthorized else { throw error }
                    try await recover(from: error)
                }
            }
        }

        private mutating func step() async throws -> WatchEvent? {
            switch phase {
            case .list:
                silences = 0
                let list = try await watch.client.list(watch.scope)
                phase = .connect(from: list.resourceVersion)
                backoff.reset()
                defer { hasListed = true }
                return hasListed ? .relisted(list.items) : .initial(list.items)
            case .connect(let version):
                phase = .read(try await watch.open(from: version), from: version)
                return nil
            case .read(let stream, let version):
                guard let line = try await stream.next() else {
                    // The server ends each watch after a while.
                    try await resume(stream, from: version)
                    return nil
                }
                return try interpret(line, stream, after: version)
            }
        }

        /// Connects again; after a pause where the last connection was of little use.
        private mutating func resume(_ stream: WatchLines, from version: String) async throws {
            phase = .connect(from: version)
            if stream.endedEarly { try await Task.sleep(for: backoff.pause()) }
        }

        private mutating func interpret(
            _ line: [UInt8], _ stream: WatchLines, after version: String
        ) throws -> WatchEvent? {
            let path = watch.scope.type.path(namespace: watch.scope.namespace)
            let parsed: JSONValue
            do throws(JSONParsingError) {
                parsed = try JSONValue(parsing: line)
            } catch {
                throw KubernetesError(.unreadableAnswer(error.description), method: "WATCH", path: path)
            }
            guard let object = parsed["object"], let type = parsed["type"].string else {
                throw KubernetesError(.unreadableAnswer("no watch event"), method: "WATCH", path: path)
            }
            if type == "ERROR" {
                let status = APIStatus(object) ?? APIStatus(code: 500, reason: "", message: "unknown error")
                throw KubernetesError(.status(status), method: "WATCH", path: path)
            }
            backoff.reset()
            silences = 0
            phase = .read(stream, from: object["metadata"]["resourceVersion"].string ?? version)
            guard type != "BOOKMARK" else { return nil }
            let item = KubernetesObject(object)
            switch type {
            case "ADDED": return .added(item)
            case "MODIFIED": return .modified(item)
            case "DELETED": return .deleted(item)
            default: return nil
            }
        }

        private mutating func recover(from error: KubernetesError) async throws {
            watch.client.connection.logger.debug(
                "Resuming watch", metadata: ["type": "\(watch.scope.type)", "error": "\(error)"])
            switch phase {
            case .list: break
            case .connect(let version), .read(_, let version):
                if case .transport(let failure) = error.cause, failure.kind == .timedOut { silences += 1 }
                // A server that was set back to an older state says nothing until it reaches the version again.
                let isUnknown = error.isExpired || error.isVersionTooLarge || silences > 1
                phase = isUnknown || version.isEmpty ? .list : .connect(from: version)
            }
            if !error.isExpired {
                // Nobody is there to be told of a longer wish.
                let wish = Swift.min(error.retryAfter ?? .zero, watch.client.connection.options.longestServerDelay)
                let pause = Swift.max(backoff.pause(), wish)
                // The cluster may be back already.
                try await watch.client.pause(for: error.isOutage ? .seconds(1) : pause)
            }
        }
    }

    private func open(from version: String) async throws -> WatchLines {
        let options = client.connection.options
        // Spread out, so that not all watches of a process end at once.
        let duration = options.watchDuration * Double.random(in: 0.8...1)
        var request = scope.request()
        request.add("watch", "true")
        request.add("allowWatchBookmarks", "true")
        request.add("resourceVersion", version)
        request.add("timeoutSeconds", String(Swift.max(1, duration.components.seconds)))
        let stream = try await client.connection.open(
            request, timeout: duration + .seconds(30), idleTimeout: options.watchIdleTimeout)
        return WatchLines(stream: stream, request: request, limit: options.largestAnswer)
    }
}
