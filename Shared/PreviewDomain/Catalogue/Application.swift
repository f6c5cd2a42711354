/// How an application was installed.
public enum ApplicationManager: String, Codable, Sendable, Hashable {
    case helm
    /// Plain manifests.
    case manifest
}

/// An application that was found running on a cluster.
public struct Application: Codable, Sendable, Hashable {
    /// The name of the cluster that it runs on.
    public var cluster: String
    /// The namespace that it runs in.
    public var namespace: String
    /// The Helm release, or the value of `app.kubernetes.io/name`.
    public var name: String
    /// The tag of ``image``.
    public var currentVersion: String
    /// The image of the main container, with its tag.
    public var image: String
    /// How many pods its main workload is to have.
    public var replicas: Int
    /// How it was installed.
    public var managedBy: ApplicationManager
    /// The CloudNativePG clusters that its variables lead to.
    public var databases: [DatabaseReference]
    /// The environment variables of its containers; none holds a secret's value.
    public var variables: [ApplicationVariable]
    /// Names of its Kubernetes Services.
    public var serviceNames: [String]
    /// The repositories that it is built from, each `owner/name`, as its annotation says.
    public var repositories: [String]
    /// Why it can't be previewed, where it can't.
    public var problem: String?

    /// Creates the value from its fields.
    public init(
        cluster: String, namespace: String, name: String, currentVersion: String, image: String, replicas: Int,
        managedBy: ApplicationManager, databases: [DatabaseReference] = [], variables: [ApplicationVariable] = [],
        serviceNames: [String] = [], repositories: [String] = [], problem: String? = nil
    ) {
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
        self.currentVersion = currentVersion
        self.image = image
        self.replicas = replicas
        self.managedBy = managedBy
        self.databases = databases
        self.variables = variables
        self.serviceNames = serviceNames
        self.repositories = repositories
        self.problem = problem
    }

    /// Reads an application; one that was written before it named its repositories has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        cluster = try container.decode(String.self, forKey: .cluster)
        namespace = try container.decode(String.self, forKey: .namespace)
        name = try container.decode(String.self, forKey: .name)
        currentVersion = try container.decode(String.self, forKey: .currentVersion)
        image = try container.decode(String.self, forKey: .image)
        replicas = try container.decode(Int.self, forKey: .replicas)
        managedBy = try container.decode(ApplicationManager.self, forKey: .managedBy)
        databases = try container.decode([DatabaseReference].self, forKey: .databases)
        variables = try container.decode([ApplicationVariable].self, forKey: .variables)
        serviceNames = try container.decode([String].self, forKey: .serviceNames)
        // Reports of before there was such a field are kept and come late.
        repositories = try container.decodeIfPresent([String].self, forKey: .repositories) ?? []
        problem = try container.decodeIfPresent(String.self, forKey: .problem)
    }

    /// Names the application.
    public var reference: ApplicationReference { .init(namespace: namespace, name: name) }
}

/// An environment variable of an application. A secret's value is never in it.
public struct ApplicationVariable: Codable, Sendable, Hashable {
    /// Where the value comes from.
    public enum Source: String, Codable, Sendable, Hashable {
        case literal, secret, configMap, field
    }

    /// What becomes of it in a preview.
    public enum Kind: String, Codable, Sendable, Hashable {
        case copied
        /// Rewritten, because it leads to a database that is cloned, or to another service of the preview.
        case autoOverride
    }

    /// The variable's name.
    public var name: String
    /// The container that has it.
    public var container: String
    /// What becomes of it in a preview.
    public var kind: Kind
    /// Where its value comes from.
    public var source: Source
    /// The value, or `nil` where it is secret.
    public var value: String?
    /// Why it is rewritten, or where it comes from, in words.
    public var reason: String
    /// The database that it leads to, if any.
    public var database: DatabaseReference?
    /// What part of the connection it holds, if it leads to a database.
    public var role: VariableRole?

    /// Creates the value from its fields.
    public init(
        name: String, container: String, kind: Kind, source: Source, value: String?, reason: String,
        database: DatabaseReference? = nil, role: VariableRole? = nil
    ) {
        self.name = name
        self.container = container
        self.kind = kind
        self.source = source
        self.value = value
        self.reason = reason
        self.database = database
        self.role = role
    }
}

/// What a variable holds of a database connection.
public enum VariableRole: String, Codable, Sendable, Hashable, CaseIterable {
    /// A URL of any scheme, JDBC's included.
    case url
    /// A key=value connection string.
    case dsn
    /// `host:port`.
    case hostAndPort
    case host, port, user, password, database
    /// Text of some other form, such as a configuration file, with a database's host or password in it.
    case embedded
}
