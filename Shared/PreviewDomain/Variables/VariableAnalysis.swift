/// Finds out which of an application's variables lead to a database, by name *and* by value.
public struct VariableAnalysis: Sendable {
    /// The namespace of the application, from which short host names are seen.
    public let namespace: String
    /// The databases that variables may lead to.
    public let databases: [KnownDatabase]

    /// Creates an analysis.
    public init(namespace: String, databases: [KnownDatabase]) {
        self.namespace = namespace
        self.databases = databases
    }

    /// A finding for each variable, in their order.
    public func findings(for variables: [SourceVariable]) -> [VariableFinding] {
        let direct = variables.map(directFinding)
        let groups = direct.compactMap { finding -> HostGroup? in
            guard let database = finding.database, finding.role == .host || finding.role == .hostAndPort,
                let prefix = VariableNames.prefix(ofHostVariable: finding.variable.name)
            else { return nil }
            return HostGroup(
                container: finding.variable.container, prefix: prefix, database: database, host: finding.variable.name)
        }
        return direct.map { $0.database == nil ? grouped($0, groups) : $0 }
    }

    /// Variables of one container whose names share a prefix with one that holds a database's host.
    private struct HostGroup {
        let container: String
        let prefix: String
        let database: DatabaseReference
        let host: String
    }

    /// What the variable's own value or reference says.
    private func directFinding(_ variable: SourceVariable) -> VariableFinding {
        if variable.source == .secret, let reference = variable.reference,
            let database = databases.first(where: {
                $0.reference.namespace == namespace && $0.secrets.contains(reference.name)
            })
        {
            return VariableFinding(
                variable: variable, database: database.reference, role: VariableNames.role(ofSecretKey: reference.key),
                isDatabaseSecret: true, reason: "key \(reference.key) of the database's secret \(reference.name)")
        }
        guard let value = variable.value, !value.isEmpty, let (database, role) = leads(value) else {
            return copied(variable)
        }
        return VariableFinding(
            variable: variable, database: database.reference, role: role, isDatabaseSecret: false,
            reason: "\(VariableNames.words(for: role)) leads to the database \(database.reference)")
    }

    private func leads(_ value: String) -> (KnownDatabase, VariableRole)? {
        if let url = ConnectionURL(value) {
            let hosts = url.hosts.map(\.name) + url.query.filter { $0.name == "host" }.compactMap(\.value)
            if let database = database(amongHosts: hosts) { return (database, .url) }
        }
        if let dsn = ConnectionDSN(value) {
            let hosts = dsn.pairs.filter { $0.role == .host }.flatMap { pair in
                pair.value.split(separator: ",").map { $0.split(separator: ":").first.map(String.init) ?? "" }
            }
            if let database = database(amongHosts: hosts) { return (database, .dsn) }
        }
        if let database = database(amongHosts: value.split(separator: ",").map(String.init)) {
            return (database, .host)
        }
        if let colon = value.lastIndex(of: ":"), Int(value[value.index(after: colon)...]) != nil,
            let database = database(amongHosts: [String(value[..<colon])])
        {
            return (database, .hostAndPort)
        }
        if let database = databases.first(where: { $0.passwords.contains(value) }) { return (database, .password) }
        return databases.first { isEmbedded($0, in: value) }.map { ($0, .embedded) }
    }

    private func database(amongHosts hosts: [String]) -> KnownDatabase? {
        databases.first { database in
            hosts.contains { database.answers(host: PercentEncoding.decode($0), from: namespace) }
        }
    }

    private func isEmbedded(_ database: KnownDatabase, in value: String) -> Bool {
        database.passwords.contains { $0.count >= 8 && value.contains($0) }
            // A short name counts as a whole value only; inside a text it could be any word.
            || database.hosts(from: namespace).contains { $0.contains(".") && HostSubstitution.contains($0, in: value) }
    }

    /// User, password, database and port beside a host that leads to a database: `PGUSER` beside `PGHOST`.
    private func grouped(_ finding: VariableFinding, _ groups: [HostGroup]) -> VariableFinding {
        let variable = finding.variable
        for group in groups where group.container == variable.container {
            guard let role = VariableNames.role(of: variable.name, prefix: group.prefix) else { continue }
            return VariableFinding(
                variable: variable, database: group.database, role: role, isDatabaseSecret: false,
                reason: "belongs to \(group.host), which leads to the database \(group.database)")
        }
        return finding
    }

    private func copied(_ variable: SourceVariable) -> VariableFinding {
        let origin =
            switch variable.source {
            case .literal: "set in the workload"
            case .secret: variable.reference.map { "key \($0.key) of secret \($0.name)" } ?? "from a secret"
            case .configMap: variable.reference.map { "key \($0.key) of config map \($0.name)" } ?? "from a config map"
            case .field: "a field of the pod"
            }
        let isUnresolved = VariableNames.namesDatabase(variable.name) && variable.value?.isEmpty == false
        return VariableFinding(
            variable: variable, database: nil, role: nil, isDatabaseSecret: false,
            reason: isUnresolved ? "\(origin); named like a database but leads to none that is known here" : origin)
    }
}
