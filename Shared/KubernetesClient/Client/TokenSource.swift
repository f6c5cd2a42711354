import Foundation
import Synchronization

/// The bearer token; one from a file is read again every minute and when the server refuses it.
final class TokenSource: Sendable {
    private let token: KubernetesConfiguration.Token?
    private let cache = Mutex<(text: String, readAt: ContinuousClock.Instant)?>(nil)

    init(_ token: KubernetesConfiguration.Token?) {
        self.token = token
    }

    /// Whether another reading may bring another token.
    var isRenewable: Bool {
        if case .file = token { return true }
        return false
    }

    /// The token, or `nil` where none is used.
    func current() throws(KubernetesConfigurationError) -> String? {
        switch token {
        case nil: return nil
        case .fixed(let text): return text
        case .file(let path):
            let now = ContinuousClock.now
            if let cached = cache.withLock({ $0 }), now - cached.readAt < .seconds(60) { return cached.text }
            guard let content = FileManager.default.contents(atPath: path),
                let text = String(data: content, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
                !text.isEmpty
            else {
                throw KubernetesConfigurationError(
                    file: path, problem: "the token file is missing, empty or not readable",
                    remedy: "check that the service account's token is mounted and readable")
            }
            cache.withLock { $0 = (text, now) }
            return text
        }
    }

    /// Forgets what was read.
    func forget() {
        cache.withLock { $0 = nil }
    }
}
