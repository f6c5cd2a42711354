public import Foundation

extension KubernetesConfiguration {
    /// Where Kubernetes puts a pod's credentials.
    private static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Reads the configuration from a kubeconfig, or, without one, as a pod of the cluster.
    ///
    /// - Parameters:
    ///   - kubeconfig: the file's path, or several with colons between, as in `KUBECONFIG`; `nil` inside a cluster.
    ///   - context: which of its contexts; `nil` for its current one.
    /// - Throws: an error that names the file, the field and what to do.
    public static func load(
        kubeconfig: String?, context: String? = nil
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        guard let kubeconfig else { return try inCluster() }
        return try load(kubeconfigs: kubeconfig.split(separator: ":").map(String.init), context: context)
    }

    /// Reads several files as one, as client-go does: of what two of them name, the first one's counts.
    ///
    /// - Parameters:
    ///   - kubeconfigs: the files' paths; those that do not exist are passed over.
    ///   - context: which context; `nil` for the current one.
    /// - Throws: an error that names the file, the field and what to do.
    public static func load(
        kubeconfigs: [String], context: String? = nil
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        try KubernetesConfiguration(Kubeconfig(files: kubeconfigs), context: context)
    }

    /// The configuration of a pod, from its service account.
    ///
    /// - Parameters:
    ///   - folder: where the service account's token and certificate are.
    ///   - environment: where the API server's address is looked up.
    public static func inCluster(
        folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        let folder = folder ?? serviceAccountFolder
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else {
            throw KubernetesConfigurationError(
                field: "KUBERNETES_SERVICE_HOST", problem: "this process runs in no cluster",
                remedy: "name a kubeconfig, or run it in a pod")
        }
        let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
        var configuration = KubernetesConfiguration(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        let authority = "\(folder)/ca.crt"
        guard let certificate = FileManager.default.contents(atPath: authority) else {
            throw KubernetesConfigurationError(
                file: authority, problem: "the cluster's certificate is missing",
                remedy: "mount the service account's token (automountServiceAccountToken: true)")
        }
        configuration.certificateAuthority = certificate
        configuration.token = .file("\(folder)/token")
        configuration.defaultNamespace = FileManager.default.contents(atPath: "\(folder)/namespace")
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
        return configuration
    }
}
