import Foundation

/// A kubeconfig file: clusters, users and contexts that pair them.
struct Kubeconfig {
    /// A named entry of one of the file's lists.
    struct Entry {
        var fields: [String: JSONValue]
        /// For messages, such as `users[admin].user`.
        var place: String
    }

    let file: String
    let currentContext: String?
    let contexts: [String: Entry]
    let clusters: [String: Entry]
    let users: [String: Entry]

    /// Reads a file.
    init(file: String) throws(KubernetesConfigurationError) {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw KubernetesConfigurationError(
                file: file, problem: "the kubeconfig does not exist or is not readable",
                remedy: "name another file or make this one readable")
        }
        try self.init(yaml: String(decoding: content, as: UTF8.self), file: file)
    }

    /// Reads a file's text.
    init(yaml: String, file: String) throws(KubernetesConfigurationError) {
        self.file = file
        let value: JSONValue
        do throws(YAMLParsingError) {
            value = try JSONValue.documents(yaml: yaml).first ?? .null
        } catch {
            // Not the parser's words: they may quote a credential.
            throw KubernetesConfigurationError(
                file: file, problem: "this is no YAML", remedy: "write it anew, as with `kubectl config view --raw`")
        }
        currentContext = value["current-context"].string.flatMap { $0.isEmpty ? nil : $0 }
        contexts = Self.entries("contexts", "context", of: value)
        clusters = Self.entries("clusters", "cluster", of: value)
        users = Self.entries("users", "user", of: value)
    }

    private static func entries(_ list: String, _ member: String, of value: JSONValue) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for element in value[list].array ?? [] {
            // As kubectl does it, the first entry of a name counts.
            guard let name = element["name"].string, entries[name] == nil else { continue }
            entries[name] = Entry(fields: element[member].object ?? [:], place: "\(list)[\(name)].\(member)")
        }
        return entries
    }
}

extension KubernetesConfiguration {
    /// The configuration that a context of the file describes.
    init(_ kubeconfig: Kubeconfig, context name: String?) throws(KubernetesConfigurationError) {
        func problem(_ field: String?, _ problem: String, _ remedy: String) -> KubernetesConfigurationError {
            KubernetesConfigurationError(file: kubeconfig.file, field: field, problem: problem, remedy: remedy)
        }
        let known = kubeconfig.contexts.keys.sorted().joined(separator: ", ")
        guard let name = name ?? kubeconfig.currentContext else {
            throw problem("current-context", "no context is chosen", "choose one of: \(known)")
        }
        guard let context = kubeconfig.contexts[name] else {
            throw problem("contexts[\(name)]", "there is no such context", "choose one of: \(known)")
        }
        guard let clusterName = context.fields["cluster"].string, let cluster = kubeconfig.clusters[clusterName] else {
            throw problem(
                "\(context.place).cluster", "it names no cluster of this file", "add the cluster or name another one")
        }
        guard let server = cluster.fields["server"].string, ServerParts(server) != nil else {
            throw problem(
                "\(cluster.place).server", "this is no http or https URL",
                "write it like https://kubernetes.example.com:6443")
        }
        self.init(server: server)
        certificateAuthority = try kubeconfig.content("certificate-authority", of: cluster)
        skipsVerification = cluster.fields["insecure-skip-tls-verify"].bool ?? false
        serverName = cluster.fields["tls-server-name"].string
        proxy = cluster.fields["proxy-url"].string
        defaultNamespace = context.fields["namespace"].string
        guard let userName = context.fields["user"].string, !userName.isEmpty else { return }
        guard let user = kubeconfig.users[userName] else {
            throw problem("\(context.place).user", "it names no user of this file", "add the user or name another one")
        }
        try setCredentials(of: user, kubeconfig)
    }

    private mutating func setCredentials(
        of user: Kubeconfig.Entry, _ kubeconfig: Kubeconfig
    ) throws(KubernetesConfigurationError) {
        clientCertificate = try kubeconfig.content("client-certificate", of: user)
        clientKey = try kubeconfig.content("client-key", of: user)
        if (clientCertificate == nil) != (clientKey == nil) {
            throw KubernetesConfigurationError(
                file: kubeconfig.file, field: user.place, problem: "client certificate and key must come together",
                remedy: "add the one that is missing, client-certificate-data or client-key-data")
        }
        // As kubectl does it, the file wins over the token beside it.
        if let path = user.fields["tokenFile"].string, !path.isEmpty {
            token = .file(kubeconfig.resolve(path))
        } else if let text = user.fields["token"].string, !text.isEmpty {
            token = .fixed(text)
        }
        guard clientCertificate == nil, token == nil else { return }
        for unsupported in ["exec", "auth-provider", "username"] where user.fields[unsupported] != nil {
            throw KubernetesConfigurationError(
                file: kubeconfig.file, field: "\(user.place).\(unsupported)",
                problem: "this way to log in is not supported",
                remedy: "use a service account's token (`kubectl create token`) or a client certificate")
        }
    }
}

extension Kubeconfig {
    /// A file's path; a relative one starts from the kubeconfig's folder.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).path
    }

    /// Bytes that stand in the entry itself (base64 in `…-data`), or in a file that it names.
    fileprivate func content(_ field: String, of entry: Entry) throws(KubernetesConfigurationError) -> Data? {
        if let text = entry.fields["\(field)-data"].string, !text.isEmpty {
            guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw KubernetesConfigurationError(
                    file: file, field: "\(entry.place).\(field)-data", problem: "this is no base64",
                    remedy: "encode the PEM file with `base64 -w0`")
            }
            return data
        }
        guard let path = entry.fields[field].string, !path.isEmpty else { return nil }
        guard let data = FileManager.default.contents(atPath: resolve(path)) else {
            throw KubernetesConfigurationError(
                file: file, field: "\(entry.place).\(field)",
                problem: "\(resolve(path)) does not exist or is not readable",
                remedy: "name another file or make this one readable")
        }
        return data
    }
}
