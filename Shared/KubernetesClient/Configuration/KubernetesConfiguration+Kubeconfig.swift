import Foundation

extension KubernetesConfiguration {
    /// The configuration that a context describes.
    init(_ kubeconfig: Kubeconfig, context name: String?) throws(KubernetesConfigurationError) {
        let known = kubeconfig.contexts.keys.sorted().joined(separator: ", ")
        let choice = known.isEmpty ? "add a context" : "choose one of: \(known)"
        guard let name = name ?? kubeconfig.currentContext else {
            throw KubernetesConfigurationError(
                file: kubeconfig.source, field: "current-context", problem: "no context is chosen", remedy: choice)
        }
        guard let context = kubeconfig.contexts[name] else {
            throw KubernetesConfigurationError(
                file: kubeconfig.source, field: "contexts[\(name)]", problem: "there is no such context",
                remedy: choice)
        }
        guard let clusterName = try context.text("cluster"), let cluster = kubeconfig.clusters[clusterName] else {
            throw context.problem("cluster", "it names no cluster that is there", "add the cluster or name another one")
        }
        try self.init(cluster: cluster)
        defaultNamespace = try context.line("namespace")
        guard let userName = try context.text("user") else { return }
        guard let user = kubeconfig.users[userName] else {
            throw context.problem("user", "it names no user that is there", "add the user or name another one")
        }
        try setCertificate(of: user)
        try setLogin(of: user)
        impersonation = try Impersonation(user)
        if let entry = try user.entry("exec"), token == nil {
            exec = try ExecPlugin(entry, cluster: try clusterInfo(cluster))
        }
        try refuseProvider(of: user)
    }

    private init(cluster: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        guard let server = try cluster.line("server"), ServerParts(server) != nil else {
            throw cluster.problem(
                "server", "this is no http or https URL", "write it like https://kubernetes.example.com:6443")
        }
        self.init(server: server)
        certificateAuthority = try cluster.pem("certificate-authority", "CERTIFICATE")
        skipsVerification = try cluster.flag("insecure-skip-tls-verify")
        if skipsVerification, certificateAuthority != nil {
            throw cluster.problem(
                "insecure-skip-tls-verify", "a certificate authority is set as well",
                "remove this field, so that the server has to prove who it is")
        }
        serverName = try cluster.line("tls-server-name")
        proxy = try cluster.line("proxy-url")
        if let proxy, !Self.isProxy(proxy) {
            throw cluster.problem(
                "proxy-url", "this is no URL of a proxy", "write it like http://, https:// or socks5://proxy:3128")
        }
        disablesCompression = try cluster.flag("disable-compression")
    }

    private static func isProxy(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host else {
            return false
        }
        return ["http", "https", "socks5", "socks5h"].contains(scheme) && !host.isEmpty
    }

    private mutating func setCertificate(of user: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        clientCertificate = try user.pem("client-certificate", "CERTIFICATE")
        clientKey = try user.pem("client-key", "PRIVATE KEY")
        if (clientCertificate == nil) != (clientKey == nil) {
            throw user.problem(
                clientKey == nil ? "client-key" : "client-certificate",
                "client certificate and key must come together", "add the one that is missing")
        }
    }

    private mutating func setLogin(of user: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        // As kubectl does it, the file wins over the token beside it.
        if let path = try user.text("tokenFile") {
            token = .file(user.resolve(path))
        } else if let text = try user.text("token") {
            guard text.isBearerToken else {
                throw user.problem("token", "it holds a space or a line break", "copy the token once more, in one line")
            }
            token = .fixed(text)
        }
        let name = try user.line("username")
        let password = try user.text("password")
        guard name != nil || password != nil else { return }
        guard token == nil else {
            throw user.problem("username", "a token is set as well", "remove one of the two ways to log in")
        }
        guard name?.contains(":") != true else {
            throw user.problem("username", "it holds a colon, which HTTP does not allow", "use another user")
        }
        basicLogin = BasicLogin(user: name ?? "", password: password ?? "")
    }

    private func refuseProvider(of user: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        guard let provider = try user.entry("auth-provider") else { return }
        guard exec == nil else {
            throw user.problem("auth-provider", "an exec plugin is set as well", "remove auth-provider")
        }
        guard token == nil, basicLogin == nil, clientCertificate == nil else { return }
        let remedy =
            switch try provider.text("name") {
            case "gcp": "install gke-gcloud-auth-plugin and run `gcloud container clusters get-credentials`"
            case "azure": "install kubelogin and run `kubelogin convert-kubeconfig`"
            case "oidc": "use an exec plugin such as `kubectl oidc-login`, or a service account's token"
            default: "use the provider's exec plugin, or a service account's token (`kubectl create token`)"
            }
        throw user.problem("auth-provider", "Kubernetes has replaced auth providers by exec plugins", remedy)
    }

    /// What exec plugins that ask for it are told about the cluster.
    private func clusterInfo(_ cluster: Kubeconfig.Entry) throws(KubernetesConfigurationError) -> JSONValue {
        var info: JSONValue = ["server": .string(server)]
        info["tls-server-name"] = serverName.map { .string($0) }
        if skipsVerification { info["insecure-skip-tls-verify"] = true }
        info["certificate-authority-data"] = certificateAuthority.map { .string($0.base64EncodedString()) }
        info["proxy-url"] = proxy.map { .string($0) }
        if disablesCompression { info["disable-compression"] = true }
        let name = "client.authentication.k8s.io/exec"
        let extensions = try cluster.list("extensions")
        info["config"] = extensions.first { $0["name"].string == name }?["extension"]
        return info
    }
}
