import Synchronization

/// The answer to one request as it comes in: the transport's thread fills it, one task reads it.
final class HTTPExchange: Sendable {
    /// What the reader tells the transport.
    enum Signal: Sendable {
        /// The reader gave up.
        case cancelled
        /// The reader made room after the answer was held back.
        case resumed
    }

    /// By what the transport knows it.
    let id: UInt64
    let request: HTTPRequest
    private let signal: @Sendable (Signal) -> Void
    private let state = Mutex(State())

    private struct State {
        var head: HTTPResponseHead?
        var buffer: [UInt8] = []
        var end: Result<Void, TransportFailure>?
        var isCancelled = false
        var isPaused = false
        var waiter: CheckedContinuation<Void, Never>?

        var isOver: Bool { isCancelled || end != nil }
    }

    init(id: UInt64, request: HTTPRequest, signal: @escaping @Sendable (Signal) -> Void) {
        self.id = id
        self.request = request
        self.signal = signal
    }

    /// Whether nothing more is wanted: the answer has ended, or the reader gave up.
    var isOver: Bool { state.withLock { $0.isOver } }
}

// MARK: The reader's side

extension HTTPExchange {
    /// Waits for the answer's start.
    func head() async throws -> HTTPResponseHead {
        try await first { state in
            if let head = state.head { return .success(head) }
            return state.end.map(Self.failure)
        }
    }

    /// Waits for the next bytes, or for the end, which is `nil`.
    func next() async throws -> [UInt8]? {
        var wasPaused = false
        let bytes: [UInt8]? = try await first { state in
            guard state.buffer.isEmpty else {
                wasPaused = state.isPaused
                state.isPaused = false
                defer { state.buffer = [] }
                return .success(state.buffer)
            }
            return state.end.map { end in end.map { nil } }
        }
        if wasPaused { signal(.resumed) }
        return bytes
    }

    /// Waits for the whole answer.
    func response() async throws -> HTTPResponse {
        try await first { state in
            guard let end = state.end else { return nil }
            guard case .success = end, let head = state.head else { return Self.failure(end) }
            return .success(HTTPResponse(head: head, body: state.buffer))
        }
    }

    /// Gives up; the connection is released.
    func cancel() {
        giveUp { $0.isCancelled = true }
    }

    /// Ends it from outside, with a failure for its reader; the connection is released.
    func abort(_ failure: TransportFailure) {
        giveUp { $0.end = .failure(failure) }
    }

    private func giveUp(_ change: (inout State) -> Void) {
        let waiter: CheckedContinuation<Void, Never>?? = state.withLock { state in
            guard !state.isOver else { return nil }
            change(&state)
            return .some(state.waiter.take())
        }
        guard let waiter else { return }
        waiter?.resume()
        signal(.cancelled)
    }

    private static func failure<Value: Sendable>(_ end: Result<Void, TransportFailure>) -> Result<
        Value, TransportFailure
    > {
        switch end {
        case .failure(let failure): .failure(failure)
        case .success: .failure(TransportFailure(kind: .interrupted, detail: "empty answer"))
        }
    }

    /// Waits until the state has what `look` looks for.
    private func first<Value: Sendable>(
        _ look: (inout State) -> Result<Value, TransportFailure>?
    ) async throws -> Value {
        while true {
            let found: Result<Value, TransportFailure>? = try state.withLock { state in
                if state.isCancelled { throw CancellationError() }
                return look(&state)
            }
            if let found { return try found.get() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    // What came since the look above must not be slept through. Looking has effects only when it
                    // finds something, and then the loop looks again at a copy's original.
                    let isReady = state.withLock { state in
                        var copy = state
                        guard !state.isCancelled, look(&copy) == nil else { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                cancel()
            }
        }
    }
}

// MARK: The transport's side

extension HTTPExchange {
    /// What to do with bytes that came.
    enum Receipt {
        case taken
        /// Too much waits already: bring these bytes again after `Signal.resumed`.
        case later
        /// The answer is too large, or nobody reads it any more.
        case refused
    }

    /// The answer has started.
    func receive(_ head: HTTPResponseHead) {
        wake { $0.head = head }
    }

    /// Bytes of the answer came.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Receipt {
        switch request.delivery {
        case .whole(let limit):
            return state.withLock { state in
                guard !state.isOver, state.buffer.count + bytes.count <= limit else { return .refused }
                state.buffer.append(contentsOf: bytes)
                return .taken
            }
        case .streamed(let window):
            var receipt = Receipt.taken
            wake { state in
                if state.isOver {
                    receipt = .refused
                } else if !state.buffer.isEmpty, state.buffer.count + bytes.count > window {
                    state.isPaused = true
                    receipt = .later
                } else {
                    state.buffer.append(contentsOf: bytes)
                }
            }
            return receipt
        }
    }

    /// The answer has ended, or failed.
    func finish(_ end: Result<Void, TransportFailure>) {
        wake { state in
            if state.end == nil { state.end = end }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}

/// Reads an answer as it comes; giving it up releases the connection.
final class HTTPStream: Sendable {
    private let exchange: HTTPExchange
    private let onEnd: @Sendable () -> Void

    /// - Parameter onEnd: called when nobody reads it any more.
    init(_ exchange: HTTPExchange, onEnd: @escaping @Sendable () -> Void) {
        self.exchange = exchange
        self.onEnd = onEnd
    }

    deinit {
        exchange.cancel()
        onEnd()
    }

    func head() async throws -> HTTPResponseHead { try await exchange.head() }
    func next() async throws -> [UInt8]? { try await exchange.next() }
}
