import Foundation

/// A broker's address, virtual host and credentials.
public struct RabbitMQEndpoint: Sendable, Equatable {
    /// Host name or address.
    public let host: String
    /// Port; 5672, or 5671 with TLS, unless the URL names one.
    public let port: UInt16
    /// Whether to use TLS.
    public let usesTLS: Bool
    /// The virtual host; `/` unless the URL names one.
    public let virtualHost: String
    /// Name of the user; `guest` unless the URL names one.
    public let user: String
    let password: String

    init(url: String) throws(MessageBusError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
            throw .invalidConfiguration("the broker's URL cannot be read: amqp://user:password@host:port/vhost")
        }
        switch scheme {
        case "amqp": usesTLS = false
        case "amqps": usesTLS = true
        default: throw .invalidConfiguration("the broker's URL has to begin with amqp:// or amqps://, not \(scheme)://")
        }
        guard let host = parts.host, !host.isEmpty else {
            throw .invalidConfiguration("the broker's URL names no host")
        }
        let number = parts.port ?? (usesTLS ? 5671 : 5672)
        guard let port = UInt16(exactly: number), port > 0 else {
            throw .invalidConfiguration("the broker's URL has port \(number), which is none")
        }
        let path = parts.percentEncodedPath.dropFirst()
        guard !path.contains("/"), let virtualHost = String(path).removingPercentEncoding else {
            throw .invalidConfiguration("the broker's URL names a virtual host with a slash; write it as %2F")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        self.virtualHost = parts.percentEncodedPath.isEmpty ? "/" : virtualHost
        user = parts.user ?? "guest"
        password = parts.password ?? "guest"
    }
}

extension RabbitMQEndpoint: CustomStringConvertible, CustomReflectable {
    /// The address without the password.
    public var description: String { "\(usesTLS ? "amqps" : "amqp")://\(user)@\(host):\(port)/\(virtualHost)" }
    /// The address without the password.
    public var customMirror: Mirror { Mirror(reflecting: description) }
}
