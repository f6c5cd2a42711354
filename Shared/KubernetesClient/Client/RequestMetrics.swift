import Metrics
import Synchronization

/// Counts a client's requests to the API server, each attempt by itself:
///
/// - `kubernetes_client_requests` (counter) by `cluster`, `verb`, `resource` and `code` (`none` where no answer came)
/// - `kubernetes_client_request_duration` (timer) by `cluster`, `verb` and `resource`; of watches and logs until they begin
/// - `kubernetes_client_wait_duration` (timer) by `cluster`: how long requests waited for their turn
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var kind: APIRequest.Kind
        var code: String
    }

    private struct Handlers {
        var counters: [Key: Counter] = [:]
        var timers: [APIRequest.Kind: Metrics.Timer] = [:]
    }

    private let cluster: String
    private let waits: Metrics.Timer
    private let handlers = Mutex(Handlers())

    init(cluster: String) {
        self.cluster = cluster
        waits = Metrics.Timer(label: "kubernetes_client_wait_duration", dimensions: [("cluster", cluster)])
    }

    func note(_ request: APIRequest, code: String, duration: Duration) {
        let key = Key(kind: request.kind, code: code)
        let (counter, timer) = handlers.withLock { handlers in
            let dimensions = [("cluster", cluster), ("verb", key.kind.verb), ("resource", key.kind.resource)]
            let counter =
                handlers.counters[key]
                ?? Counter(label: "kubernetes_client_requests", dimensions: dimensions + [("code", code)])
            let timer =
                handlers.timers[key.kind]
                ?? Metrics.Timer(label: "kubernetes_client_request_duration", dimensions: dimensions)
            handlers.counters[key] = counter
            handlers.timers[key.kind] = timer
            return (counter, timer)
        }
        counter.increment()
        timer.recordNanoseconds(duration.nanoseconds)
    }

    func noteWait(_ duration: Duration) {
        waits.recordNanoseconds(duration.nanoseconds)
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
