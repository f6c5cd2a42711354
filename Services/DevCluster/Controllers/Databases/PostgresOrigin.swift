import KubernetesClient

/// Another PostgreSQL server that data comes from: an entry of `externalClusters`, as the bootstrap job sees it.
struct PostgresOrigin {
    private static let folder = "/controller/external"
    private let external: JSONValue

    init(_ external: JSONValue) {
        self.external = external
    }

    private var files: [(field: String, keyword: String, secret: String, key: String)] {
        [("sslCert", "sslcert"), ("sslKey", "sslkey"), ("sslRootCert", "sslrootcert")].compactMap { field, keyword in
            guard let name = external[field]["name"]?.string, let key = external[field]["key"]?.string else {
                return nil
            }
            return (field, keyword, name, key)
        }
    }

    /// The connection string, without password, and the password.
    var environment: [JSONValue] {
        var parameters = external["connectionParameters"]?.strings ?? [:]
        // libpq insists on a key that only its user reads; the job puts a copy of the volume's file there.
        for file in files {
            parameters[file.keyword] =
                file.keyword == "sslkey" ? "/tmp/external.key" : "\(Self.folder)/\(file.field)/\(file.key)"
        }
        let key = files.first { $0.keyword == "sslkey" }.map { "\(Self.folder)/\($0.field)/\($0.key)" }
        var environment = [
            PostgresObjects.variable("SOURCE_CONNECTION", Self.connection(parameters)),
            PostgresObjects.variable("SOURCE_KEY", key ?? ""),
        ]
        if let password = external["password"]["name"]?.string {
            environment.append(
                PostgresObjects.secret(
                    "SOURCE_PASSWORD", password, external["password"]["key"]?.string ?? "password"))
        }
        return environment
    }

    var volumes: [JSONValue] {
        files.map { file in
            [
                "name": .string(file.keyword),
                "secret": [
                    "secretName": .string(file.secret),
                    "items": [["key": .string(file.key), "path": .string(file.key)]],
                ],
            ]
        }
    }

    var mounts: [JSONValue] {
        files.map { file in
            [
                "name": .string(file.keyword), "mountPath": .string("\(Self.folder)/\(file.field)"),
                "readOnly": true,
            ]
        }
    }

    /// A libpq connection string.
    static func connection(_ parameters: [String: String]) -> String {
        parameters.sorted { $0.key < $1.key }.map { name, value in
            let quoted = value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
            return "\(name)='\(quoted)'"
        }.joined(separator: " ")
    }
}
