/// How the `helm` program reaches a cluster.
public struct HelmConnection: Sendable, Hashable {
    /// Path of a kubeconfig file, or `nil` for the service account of the pod that the process runs in.
    public var kubeconfig: String?
    /// The kubeconfig's context, or `nil` for its current one.
    public var context: String?

    /// Creates a connection.
    public init(kubeconfig: String? = nil, context: String? = nil) {
        self.kubeconfig = kubeconfig
        self.context = context
    }

    var arguments: [String] {
        (kubeconfig.map { ["--kubeconfig", $0] } ?? []) + (context.map { ["--kube-context", $0] } ?? [])
    }
}
