import Shared

/// How a clone gets its data.
enum CloneMethod: String, Sendable, CaseIterable {
    /// A physical copy of the running source, over its replication protocol.
    case baseBackup = "pg_basebackup"
    /// A dump of the application's database, restored.
    case logicalImport = "import"

    /// What of the source is at hand to clone with.
    struct Credentials: Sendable, Equatable {
        /// `ca.crt` is there to check the server with.
        var hasCertificateAuthority: Bool
        /// The replication role's certificate and key are there.
        var hasReplicationCertificate: Bool
        /// The application's password is there.
        var hasApplicationPassword: Bool
    }

    /// The best method that works: a physical copy, else an import.
    static func choose(for source: SourceCluster, with credentials: Credentials) throws(CloneRefusal) -> CloneMethod {
        guard source.application != nil else {
            throw impossible(source, "NoApplicationDatabase", "its bootstrap section names no application database")
        }
        guard credentials.hasCertificateAuthority else {
            throw impossible(
                source, "NoCertificateAuthority", "the certificate of its authority (ca.crt) is not at hand")
        }
        if credentials.hasReplicationCertificate, allowsBackup(source) { return .baseBackup }
        if credentials.hasApplicationPassword { return .logicalImport }
        throw impossible(
            source, "NoCredentials", "neither its replication certificate nor its application's password is at hand")
    }

    private static func allowsBackup(_ source: SourceCluster) -> Bool {
        source.freeSenders >= SourceCluster.sendersOfCopy
    }

    private static func impossible(_ source: SourceCluster, _ reason: String, _ why: String) -> CloneRefusal {
        CloneRefusal(
            reason: reason, message: "The source database \(source.reference) can't be cloned: \(why).",
            object: source.object.objectReference(on: source.cluster),
            nextStep: "Look at status.certificates and spec.bootstrap of the cluster, then retry.")
    }
}
