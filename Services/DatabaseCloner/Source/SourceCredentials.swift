import Shared

/// The source's secrets that a clone may need.
struct SourceCredentials: Sendable {
    /// Holds `ca.crt`.
    var authority: KubernetesObject?
    /// Holds `tls.crt` and `tls.key` of the replication role.
    var replication: KubernetesObject?
    /// Holds `password` of the application's role.
    var application: KubernetesObject?

    init(authority: KubernetesObject?, replication: KubernetesObject?, application: KubernetesObject?) {
        self.authority = authority
        self.replication = replication
        self.application = application
    }

    /// Reads the secrets that the source's status names.
    init(of source: SourceCluster, _ client: KubernetesClient) async throws {
        func secret(_ name: String?) async throws -> KubernetesObject? {
            guard let name else { return nil }
            return try await client.get(.secrets, name: name, namespace: source.reference.namespace)
        }
        authority = try await secret(source.certificateAuthoritySecret)
        replication = try await secret(source.replicationSecret)
        application = try await secret(source.applicationSecret)
    }

    /// What of them can be used.
    var available: CloneMethod.Credentials {
        func has(_ secret: KubernetesObject?, _ keys: String...) -> Bool {
            keys.allSatisfy { !(secret?["data"][$0].string ?? "").isEmpty }
        }
        return CloneMethod.Credentials(
            hasCertificateAuthority: has(authority, "ca.crt"),
            hasReplicationCertificate: has(replication, "tls.crt", "tls.key"),
            hasApplicationPassword: has(application, "password"))
    }
}
