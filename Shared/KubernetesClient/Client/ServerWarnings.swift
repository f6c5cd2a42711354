import Logging
import Synchronization

/// Logs what the API server warns of (`Warning` headers: fields it does not know, versions that will go), each text once.
final class ServerWarnings: Sendable {
    private static let most = 1000

    private let logger: Logger
    private let seen = Mutex<Set<String>>([])

    init(logger: Logger) {
        self.logger = logger
    }

    func note(_ head: HTTPResponseHead, of request: APIRequest) {
        guard let header = head.headers["warning"] else { return }
        for text in Self.texts(header) {
            let isNew = seen.withLock { $0.count < Self.most && $0.insert(text).inserted }
            guard isNew else { continue }
            logger.warning("Received warning", metadata: ["path": "\(request.path)", "warning": "\(text)"])
        }
    }

    /// The quoted texts of a header such as `299 - "one", 299 - "two"`.
    static func texts(_ header: String) -> [String] {
        var texts: [String] = []
        var text: String?
        var isEscaped = false
        for character in header {
            guard let current = text else {
                if character == "\"" { text = "" }
                continue
            }
            if isEscaped {
                text = current + String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                texts.append(current)
                text = nil
            } else {
                text = current + String(character)
            }
        }
        // A date may follow in quotes of its own; it is no warning.
        return texts.filter { !$0.isEmpty && !$0.hasSuffix(" GMT") }
    }
}
