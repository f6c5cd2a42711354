/// How the `helm` program reaches a cluster.
public struct HelmConnection: Sendable, Hashable {
    /// Path of a kubeconfig file, or several with colons between as in `KUBECONFIG`, or `nil` for the service account of the
    /// pod that the process runs in.
    public var kubeconfig: String?
    /// The kubeconfig's context, or `nil` for its current one.
    public var context: String?

    /// Creates a connection.
    public init(kubeconfig: String? = nil, context: String? = nil) {
        self.kubeconfig = kubeconfig
        self.context = context
    }

    var arguments: [String] {
        (kubeconfigList == nil ? kubeconfig.map { ["--kubeconfig", $0] } ?? [] : [])
            + (context.map { ["--kube-context", $0] } ?? [])
    }

    /// Several files, which Helm takes from its environment only.
    var kubeconfigList: String? { kubeconfig.flatMap { $0.contains(":") ? $0 : nil } }
}
