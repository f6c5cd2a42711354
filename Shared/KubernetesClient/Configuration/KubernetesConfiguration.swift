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
    /// Whether to talk to a server that cannot prove who it is.
    public var skipsVerification = false
    /// The name that the server's certificate carries, where it differs from the URL's host.
    public var serverName: String?
    /// The proxy to go through; `nil` for the one that the environment names.
    public var proxy: String?
    /// The namespace to use where nothing else says one.
    public var defaultNamespace: String?

    /// A configuration without credentials, to be filled in.
    public init(server: String) {
        self.server = server
    }
}

extension KubernetesConfiguration: CustomStringConvertible, CustomReflectable {
    /// The server only: the rest is secret.
    public var description: String { "Kubernetes at \(server)" }
    /// Nothing, so that credentials are not dumped by accident.
    public var customMirror: Mirror { Mirror(self, children: ["server": server]) }
}
