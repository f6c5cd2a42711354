/// Where a variable that leads to a database is to lead instead. What is `nil` stays as it is.
public struct CloneTarget: Sendable, Hashable {
    /// The clone's host.
    public let host: String
    /// The clone's port.
    public let port: Int
    /// The role to connect as.
    public let user: String?
    /// That role's password.
    public let password: String?
    /// The database's name.
    public let database: String?

    /// Creates a target.
    public init(host: String, port: Int = 5432, user: String? = nil, password: String? = nil, database: String? = nil) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    func part(_ role: VariableRole) -> String? {
        switch role {
        case .host: host
        case .port: String(port)
        case .user: user
        case .password: password
        case .database: database
        case .hostAndPort: "\(host):\(port)"
        case .url, .dsn, .embedded: nil
        }
    }
}

/// A service of the preview whose application other variables may lead to.
public struct SiblingService: Sendable, Hashable {
    /// The namespace that the application runs in.
    public let namespace: String
    /// Names of its Kubernetes Services, which the copy has too.
    public let serviceNames: [String]

    /// Creates a sibling.
    public init(namespace: String, serviceNames: [String]) {
        self.namespace = namespace
        self.serviceNames = serviceNames
    }
}

/// Makes values lead to a preview's own databases and services.
public enum VariableRewriter {
    /// The value of a variable that leads to a database, leading to its clone: host, port, user, password and database
    /// name are all replaced where the value holds them.
    ///
    /// - Parameters:
    ///   - value: the value in production.
    ///   - role: what it holds.
    ///   - source: the database that it leads to.
    ///   - namespace: the application's namespace.
    ///   - clone: where it is to lead.
    public static func rewrite(
        _ value: String, role: VariableRole, source: KnownDatabase, from namespace: String, to clone: CloneTarget
    ) -> String {
        switch role {
        case .url: ConnectionURL(value).map { rewritten($0, clone).text } ?? value
        case .dsn: ConnectionDSN(value).map { rewritten($0, clone).text } ?? value
        case .embedded: embedded(value, source, namespace, clone)
        case .hostAndPort, .host, .port, .user, .password, .database: clone.part(role) ?? value
        }
    }

    /// The value with every qualified name of a sibling's Service leading to the preview's namespace, or `nil` where it
    /// names none. Short names lead there already.
    public static func rewriteSiblings(
        _ value: String, siblings: [SiblingService], previewNamespace: String
    ) -> String? {
        SiblingRewriter(siblings: siblings, previewNamespace: previewNamespace).rewrite(value)
    }

    /// Whether a value leads to an application: by a qualified name of its Services anywhere in it, or, seen from the
    /// application's own namespace, by a short name as the host of a URL or before a port.
    public static func leads(_ value: String, to application: SiblingService, from namespace: String) -> Bool {
        if rewriteSiblings(value, siblings: [application], previewNamespace: "-") != nil { return true }
        guard namespace == application.namespace else { return false }
        if let url = ConnectionURL(value) {
            return url.hosts.contains { application.serviceNames.contains($0.name) }
        }
        guard let colon = value.lastIndex(of: ":"), Int(value[value.index(after: colon)...]) != nil else {
            return false
        }
        return application.serviceNames.contains(String(value[..<colon]))
    }

    private static func rewritten(_ url: ConnectionURL, _ clone: CloneTarget) -> ConnectionURL {
        var url = url
        if !url.hosts.isEmpty {
            let hasPort = url.hosts.contains { $0.port != nil } || clone.port != 5432
            url.hosts = [.init(name: clone.host, port: hasPort ? String(clone.port) : nil)]
        }
        if url.user != nil, let user = clone.user { url.user = PercentEncoding.encode(user) }
        if url.password != nil, let password = clone.password { url.password = PercentEncoding.encode(password) }
        if url.path?.isEmpty == false, let database = clone.database { url.path = PercentEncoding.encode(database) }
        url.query = url.query.map { name, value in
            guard value != nil, let part = ConnectionDSN.Pair.role(ofKey: name).flatMap(clone.part) else {
                return (name, value)
            }
            return (name, PercentEncoding.encode(part))
        }
        return url
    }

    private static func rewritten(_ dsn: ConnectionDSN, _ clone: CloneTarget) -> ConnectionDSN {
        var dsn = dsn
        for index in dsn.pairs.indices {
            guard let part = dsn.pairs[index].role.flatMap(clone.part) else { continue }
            // `hostaddr` takes addresses only; the clone has a name.
            if dsn.pairs[index].key.lowercased() == "hostaddr" { dsn.pairs[index].key = "host" }
            dsn.pairs[index].value = part
        }
        return dsn
    }

    private static func embedded(
        _ value: String, _ source: KnownDatabase, _ namespace: String, _ clone: CloneTarget
    ) -> String {
        var text = value
        for host in source.hosts(from: namespace) {
            text = HostSubstitution.replacing(host, with: clone.host, in: text)
        }
        for password in source.passwords where password.count >= 8 {
            let replacement = clone.password ?? ""
            text = text.replacing(password, with: replacement)
            text = text.replacing(PercentEncoding.encode(password), with: PercentEncoding.encode(replacement))
        }
        return text
    }
}
