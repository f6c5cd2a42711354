/// What variables' names say about databases.
enum VariableNames {
    /// What a key of a CloudNativePG credentials secret holds.
    static func role(ofSecretKey key: String) -> VariableRole {
        switch key {
        case "uri", "fqdn-uri", "jdbc-uri", "fqdn-jdbc-uri": .url
        case "host": .host
        case "port": .port
        case "user", "username": .user
        case "password": .password
        case "dbname": .database
        default: .embedded
        }
    }

    private static let hostWords = ["HOSTNAME", "HOST", "SERVER", "ADDRESS", "ADDR", "ENDPOINT"]

    private static let roleWords: [(role: VariableRole, words: [String])] = [
        (.port, ["PORT"]),
        (.user, ["USERNAME", "USER", "LOGIN"]),
        (.password, ["PASSWORD", "PASSWD", "PASS", "PWD"]),
        (.database, ["DATABASE", "DBNAME", "DB_NAME", "NAME", "DB"]),
    ]

    /// What stands before the word for a host: `PG` of `PGHOST`, `REPORTING_DB_` of `REPORTING_DB_HOST`; `nil` where
    /// nothing does.
    static func prefix(ofHostVariable name: String) -> String? {
        let name = name.uppercased()
        for word in hostWords where name.hasSuffix(word) && name.count > word.count {
            return String(name.dropLast(word.count))
        }
        return nil
    }

    /// What a variable holds, if its name is the prefix and a word for that.
    static func role(of name: String, prefix: String) -> VariableRole? {
        let name = name.uppercased()
        guard name.hasPrefix(prefix) else { return nil }
        let word = String(name.dropFirst(prefix.count))
        return roleWords.first { $0.words.contains(word) }?.role
    }

    /// Whether a name is one that database connections commonly have.
    static func namesDatabase(_ name: String) -> Bool {
        let name = name.uppercased()
        return ["DATABASE", "POSTGRES", "PG", "DB", "SQL", "JDBC"].contains { name.contains($0) }
            && ["URL", "URI", "DSN", "HOST", "CONNECTION", "CONN"].contains { name.contains($0) }
    }

    /// A role in words.
    static func words(for role: VariableRole) -> String {
        switch role {
        case .url: "the URL"
        case .dsn: "the connection string"
        case .hostAndPort: "host and port"
        case .host: "the host"
        case .port: "the port"
        case .user: "the user"
        case .password: "the password"
        case .database: "the database name"
        case .embedded: "the text"
        }
    }
}
