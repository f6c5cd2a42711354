import Foundation
import Logging

/// Where requests' credentials come from, as the configuration says.
enum CredentialSource: Sendable {
    case fixed(Credentials)
    case file(TokenFile)
    case plugin(ExecCredentials)

    init(_ configuration: KubernetesConfiguration, logger: Logger) {
        if let token = configuration.token {
            switch token {
            case .fixed(let text): self = .fixed(Credentials(authorization: "Bearer \(text)"))
            case .file(let path): self = .file(TokenFile(path: path, logger: logger))
            }
        } else if let login = configuration.basicLogin {
            let text = Data("\(login.user):\(login.password)".utf8).base64EncodedString()
            self = .fixed(Credentials(authorization: "Basic \(text)"))
        } else if let plugin = configuration.exec {
            self = .plugin(ExecCredentials(plugin: plugin, logger: logger))
        } else {
            self = .fixed(Credentials())
        }
    }

    /// The credentials to send. Throws `KubernetesConfigurationError`, `ExecPluginFailure` or `CancellationError`.
    func current() async throws -> Credentials {
        switch self {
        case .fixed(let credentials): credentials
        case .file(let file): try file.current()
        case .plugin(let plugin): try await plugin.current()
        }
    }

    /// Notes that the server refused credentials; says whether there may be others now.
    func refuse(_ credentials: Credentials) -> Bool {
        switch self {
        case .fixed: return false
        case .file(let file):
            file.refuse(credentials)
            return true
        case .plugin(let plugin): return plugin.refuse(credentials)
        }
    }
}
