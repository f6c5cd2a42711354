public import Foundation

/// Where a cluster's API server is, how to know it, and who we are to it.
public struct KubernetesConfiguration: Sendable, Hashable {
    /// Where a bearer token comes from.
    public enum Token: Sendable, Hashable {
        /// A token that stays.
        case fixed(String)
        /// A file that is read again as it changes, since Kubernetes replaces tokens of service accounts.
        case file(String)
    }

    /// A user's name and password.
    public struct BasicLogin: Sendable, Hashable {
        /// The user's name.
        public var user: String
        /// The password.
        public var password: String

        /// A name with its password.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// The API server's URL, such as `https://10.96.0.1:443`.
    public var server: String
    /// Certificates to trust, in PEM; `nil` for the system's.
    public var certificateAuthority: Data?
    /// The client's certificate, in PEM.
    public var clientCertificate: Data?
    /// The client certificate's key, in PEM.
    public var clientKey: Data?
    /// The bearer token.
    public var token: Token?
    /// The user's name and password.
    public var basicLogin: BasicLogin?
    /// The program that hands out token or client certificate.
    public var exec: ExecPlugin?
    /// Who requests are made as; `nil` for who logs in.
    public var impersonation: Impersonation?
    /// Whether to talk to a server that cannot prove who it is.
    public var skipsVerification = false
    /// The name that the server's certificate carries, where it differs from the URL's host.
    public var serverName: String?
    /// The proxy to go through (`http`, `https` or `socks5`); `nil` for the one that the environment names.
    public var proxy: String?
    /// Whether large answers come as they are instead of compressed.
    public var disablesCompression = false
    /// The namespace to use where nothing else says one.
    public var defaultNamespace: String?

    /// A configuration without credentials, to be filled in.
    public init(server: String) {
        self.server = server
    }
}

extension KubernetesConfiguration: CustomStringConvertible, CustomReflectable {
    /// The server only: the rest is secret.
    public var description: String { "Kubernetes at \(origin)" }
    /// The server only, so that credentials are not dumped by accident.
    public var customMirror: Mirror { Mirror(self, children: ["server": origin]) }

    /// The server's URL without its path, which may hold a token where a proxy stands before the cluster.
    var origin: String { ServerParts(server).map { "\($0.scheme)://\($0.host):\($0.port)" } ?? "an invalid URL" }
}

extension KubernetesConfiguration.BasicLogin: CustomStringConvertible, CustomReflectable {
    /// The name only.
    public var description: String { user }
    /// The name only, so that the password is not dumped by accident.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
