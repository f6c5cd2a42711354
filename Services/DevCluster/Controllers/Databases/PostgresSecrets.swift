import KubernetesClient

/// The secrets of a database cluster: authority, server and replication certificates, passwords.
struct PostgresSecrets {
    let state: ClusterState
    let cluster: PostgresCluster

    /// Makes what is missing. What is there stays, also when someone else made it.
    func ensure() throws {
        let authority = try ensureAuthority()
        try ensurePair(cluster.serverSecret) {
            try authority.issueServer(name: cluster.writeService, hosts: cluster.serverNames)
        }
        try ensurePair(cluster.replicationSecret) { try authority.issueClient(name: "streaming_replica") }
        if cluster.hasOwnApplicationSecret {
            try ensureLogin(cluster.applicationSecret, user: cluster.owner, database: cluster.database, type: "app")
        }
        if cluster.hasSuperuserAccess {
            try ensureLogin(cluster.superuserSecret, user: "postgres", database: "*", type: "superuser")
        } else if let secret = get(cluster.superuserSecret), secret.isControlled(by: cluster.object) {
            try state.delete(.secrets, cluster.namespace, cluster.superuserSecret)
        }
    }

    private func get(_ name: String) -> JSONValue? { state.get(.secrets, cluster.namespace, name) }

    private func ensureAuthority() throws -> CertificateAuthority {
        if let secret = get(cluster.authoritySecret) {
            let data = secret["data"]
            return try CertificateAuthority(
                stored: CertificateAuthority.Pair(
                    certificate: data["ca.crt"]?.string.flatMap(SecretValue.text) ?? "",
                    privateKey: data["ca.key"]?.string.flatMap(SecretValue.text) ?? ""))
        }
        let authority = try CertificateAuthority(name: cluster.name, unit: cluster.namespace)
        try create(
            cluster.authoritySecret, type: "Opaque",
            ["ca.crt": authority.pair.certificate, "ca.key": authority.pair.privateKey])
        return authority
    }

    private func ensurePair(_ name: String, _ issue: () throws -> CertificateAuthority.Pair) throws {
        guard get(name) == nil else { return }
        let pair = try issue()
        try create(name, type: "kubernetes.io/tls", ["tls.crt": pair.certificate, "tls.key": pair.privateKey])
    }

    private func ensureLogin(_ name: String, user: String, database: String, type: String) throws {
        guard get(name) == nil else { return }
        let password = Self.password()
        let host = cluster.writeService
        let inside = "\(host).\(cluster.namespace)"
        let full = "\(inside).svc.cluster.local"
        func uri(_ host: String) -> String { "postgresql://\(user):\(password)@\(host):5432/\(database)" }
        func jdbc(_ host: String) -> String {
            "jdbc:postgresql://\(host):5432/\(database)?password=\(password)&user=\(user)"
        }
        try create(
            name, type: "kubernetes.io/basic-auth",
            [
                "username": user, "user": user, "password": password, "dbname": database, "host": host,
                "port": "5432", "pgpass": "\(host):5432:\(database):\(user):\(password)\n", "uri": uri(inside),
                "jdbc-uri": jdbc(inside), "fqdn-uri": uri(full), "fqdn-jdbc-uri": jdbc(full),
            ],
            labels: ["cnpg.io/userType": type, "cnpg.io/reload": "true"])
    }

    private func create(
        _ name: String, type: String, _ values: [String: String], labels: [String: String] = [:]
    ) throws(APIError) {
        try state.create(
            .secrets,
            [
                "apiVersion": "v1", "kind": "Secret", "type": .string(type),
                "metadata": cluster.metadata(name, labels: labels),
                "data": JSONValue(values.mapValues(SecretValue.encode)),
            ])
    }

    /// 64 letters and digits, ten of them digits.
    private static func password() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var characters = (0..<54).compactMap { _ in letters.randomElement() }
        characters += (0..<10).compactMap { _ in "0123456789".randomElement() }
        return String(characters.shuffled())
    }
}
