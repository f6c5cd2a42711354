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

        var credentials: Credentials? {
            text.map { Credentials(authorization: "Bearer \($0)", generation: generation) }
        }
    }

    private let path: String
    private let logger: Logger
    private let state = Mutex(State())

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// The token as it was read within the last minute; the last one that could be read where now none can.
    ///
    /// Read under the lock, so that what was read earlier never replaces what was read later. A file of a few hundred
    /// bytes holds nobody up.
    func current() throws(KubernetesConfigurationError) -> Credentials {
        let credentials: Credentials? = state.withLock { state in
            if let readAt = state.readAt, ContinuousClock.now - readAt < .seconds(60) { return state.credentials }
            if let text = read() {
                if state.text != text { state.generation += 1 }
                state.text = text
                state.readAt = .now
            } else if state.text != nil {
                // What was read before may still be good.
                logger.debug("Could not read token again", metadata: ["file": "\(path)"])
            }
            return state.credentials
        }
        if let credentials { return credentials }
        throw KubernetesConfigurationError(
            file: path, problem: "the token file is missing, empty, not readable or holds more than a token",
            remedy: "check that the service account's token is mounted and readable")
    }

    /// Notes that the server refused a token; the file is read again where that was the newest. There may be another one.
    func refuse(_ credentials: Credentials) {
        state.withLock { state in
            if state.generation == credentials.generation { state.readAt = nil }
        }
    }

    private func read() -> String? {
        guard let content = FileManager.default.contents(atPath: path) else { return nil }
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isBearerToken ? text : nil
    }
}
