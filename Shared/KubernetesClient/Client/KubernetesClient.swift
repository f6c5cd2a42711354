public import Logging

/// Talks to one cluster's API server.
///
/// Copies share connections, the rate limit and what discovery found; the connections close with the last copy.
/// Every call throws `KubernetesError`, or `CancellationError` when its task is cancelled.
public struct KubernetesClient: Sendable {
    /// Who the server notes as the owner of fields that this client writes.
    public var fieldManager: String

    let connection: APIConnection

    /// A client of a cluster. No request is sent yet.
    ///
    /// - Parameters:
    ///   - configuration: the cluster and the credentials.
    ///   - fieldManager: who the server notes as the owner of what is written, such as `provisioner`.
    ///   - cluster: the cluster's name in metrics; the server's URL where left out.
    ///   - options: limits, timeouts and retries.
    ///   - logger: for warnings that the server sends and for retries.
    public init(
        configuration: KubernetesConfiguration, fieldManager: String, cluster: String? = nil,
        options: ClientOptions = ClientOptions(), logger: Logger = Logger(label: "kubernetes")
    ) {
        self.fieldManager = fieldManager
        connection = APIConnection(
            configuration: configuration, cluster: cluster ?? configuration.origin,
            userAgent: "understudy/\(fieldManager)", options: options, logger: logger)
        if configuration.skipsVerification {
            logger.warning(
                "Trusting any server: insecure-skip-tls-verify is set", metadata: ["server": "\(configuration.origin)"])
        }
    }

    /// The cluster's API server, for messages: its URL without the path.
    public var server: String { connection.configuration.origin }
}
