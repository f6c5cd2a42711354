import Foundation
import Logging
import Synchronization

/// A bearer token in a file, which is read again every minute and when the server refuses it: Kubernetes replaces the
/// tokens of service accounts long before they run out.
final class TokenFile: Sendable {
    private struct State {
        var text: String?
        var readAt: ContinuousClock.Instant?
        var generation: UInt64 = 0
    }

    private let path: String
    private let logger: Logger
    private let state = Mutex(State())

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    func current() throws(KubernetesConfigurationError) -> Credentials {
        let (known, isFresh) = state.withLock { state in
            let isFresh = state.readAt.map { ContinuousClock.now - $0 < .seconds(60) } ?? false
            return (credentials(state), isFresh)
        }
        if let known, isFresh { return known }
        guard let text = read() else {
            // What was read before may still be good.
            if let known {
                logger.debug("Could not read token again", metadata: ["file": "\(path)"])
                return known
            }
            throw KubernetesConfigurationError(
                file: path, problem: "the token file is missing, empty or not readable",
                remedy: "check that the service account's token is mounted and readable")
        }
        return state.withLock { state in
            if state.text != text { state.generation += 1 }
            state.text = text
            state.readAt = .now
            return Credentials(authorization: "Bearer \(text)", generation: state.generation)
        }
    }

    func refuse(_ credentials: Credentials) -> Bool {
        state.withLock { state in
            if state.generation == credentials.generation { state.readAt = nil }
            return true
        }
    }

    private func credentials(_ state: State) -> Credentials? {
        state.text.map { Credentials(authorization: "Bearer \($0)", generation: state.generation) }
    }

    private func read() -> String? {
        guard let content = FileManager.default.contents(atPath: path) else { return nil }
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty || text.contains(where: \.isNewline) ? nil : text
    }
}
