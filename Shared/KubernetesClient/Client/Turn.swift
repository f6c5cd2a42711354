import Synchronization

/// Something that one task waits for and another one grants, once.
final class Turn: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Void, any Error>)
        case granted
        case givenUp
    }

    private let state = Mutex(State.idle)

    /// Lets the waiting task go on; `false` where it has given up.
    func grant() -> Bool {
        let (continuation, isGranted): (CheckedContinuation<Void, any Error>?, Bool) = state.withLock { state in
            switch state {
            case .givenUp: return (nil, false)
            case .waiting(let continuation):
                state = .granted
                return (continuation, true)
            case .idle, .granted:
                state = .granted
                return (nil, true)
            }
        }
        continuation?.resume()
        return isGranted
    }

    /// Waits for the grant. Throws `CancellationError` where the task is cancelled before it; nothing is granted then.
    func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    switch state {
                    case .granted: return .success(())
                    case .givenUp: return .failure(CancellationError())
                    case .idle, .waiting:
                        state = .waiting(continuation)
                        return nil
                    }
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
                switch state {
                case .granted, .givenUp: return nil
                case .idle:
                    state = .givenUp
                    return nil
                case .waiting(let continuation):
                    state = .givenUp
                    return continuation
                }
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}
