import Shared
import Testing

@testable import DatabaseCloner

@Suite struct SourceClusterTests {
    @Test func `a source with a primary that answers can be cloned`() {
        #expect(Fixtures.source().problem == nil)
        #expect(Fixtures.source { $0["status"]["phase"] = "Creating a new replica" }.problem == nil)
    }

    static let problems: [(String, String, JSONValue)] = [
        ("SourceHibernated", "metadata", ["annotations": ["cnpg.io/hibernation": "on"]]),
        ("SourceNotReady", "status", ["readyInstances": 0]),
        ("SourceNotReady", "status", ["currentPrimary": ""]),
        ("SourceBeingDeleted", "metadata", ["deletionTimestamp": "2026-01-01T00:00:00Z"]),
    ]

    @Test(arguments: problems)
    func `a source that can't be cloned says why and what to do`(reason: String, section: String, change: JSONValue)
        throws
    {
        let source = Fixtures.source { object in
            for (key, value) in change.object ?? [:] { object[section][key] = value }
        }
        let problem = try #require(source.problem)
        #expect(problem.reason == reason)
        #expect(problem.nextStep?.isEmpty == false)
        #expect(problem.object?.name == "orders-db")
        #expect(problem.message.contains("shop/orders-db"))
    }

    @Test(arguments: ["initdb", "pg_basebackup", "recovery"])
    func `database and owner come from whatever the source began with`(method: String) throws {
        let source = Fixtures.source {
            $0["spec"]["bootstrap"] = .object([method: ["database": "till", "owner": "cashier"]])
        }
        let application = try #require(source.application)
        #expect(application == ("till", "cashier"))
    }

    @Test func `the application's secret may have a name of its own`() {
        #expect(Fixtures.source().applicationSecret == "orders-db-app")
        let source = Fixtures.source { $0["spec"]["bootstrap"]["initdb"]["secret"] = ["name": "clerk-login"] }
        #expect(source.applicationSecret == "clerk-login")
    }

    private static let all = CloneMethod.Credentials(
        hasCertificateAuthority: true, hasReplicationCertificate: true, hasApplicationPassword: true)

    @Test func `a physical copy is preferred, an import is the way out`() throws {
        var credentials = Self.all
        #expect(try CloneMethod.choose(for: Fixtures.source(), with: credentials) == .baseBackup)
        credentials.hasReplicationCertificate = false
        #expect(try CloneMethod.choose(for: Fixtures.source(), with: credentials) == .logicalImport)
        let noSenders = Fixtures.source { $0["spec"]["postgresql"]["parameters"]["max_wal_senders"] = "1" }
        #expect(try CloneMethod.choose(for: noSenders, with: Self.all) == .logicalImport)
    }

    @Test(arguments: [
        ("10", 1, 4), ("10", 3, 3), ("4", 1, 1), ("3", 1, 1), ("40", 2, 18), (nil, 1, 4),
    ])
    func `as many copies are made at once as leave production its replication connections`(
        senders: String?, instances: Int, expected: Int
    ) {
        let source = Fixtures.source {
            $0["spec"]["instances"] = .int(Int64(instances))
            $0["spec"]["postgresql"]["parameters"]["max_wal_senders"] = senders.map { .string($0) }
        }
        #expect(source.copiesAtOnce == expected)
        #expect(source.hasTooManyCopies.wait == .always)
        #expect(source.hasTooManyCopies.failure.nextStep?.contains("max_wal_senders") == true)
    }

    @Test func `replicas' connections are none that a copy may have`() throws {
        let taken = Fixtures.source {
            $0["spec"]["instances"] = 3
            $0["spec"]["postgresql"]["parameters"]["max_wal_senders"] = "3"
        }
        #expect(try CloneMethod.choose(for: taken, with: Self.all) == .logicalImport)
    }

    @Test(arguments: [
        (
            CloneMethod.Credentials(
                hasCertificateAuthority: false, hasReplicationCertificate: true, hasApplicationPassword: true),
            "NoCertificateAuthority"
        ),
        (
            CloneMethod.Credentials(
                hasCertificateAuthority: true, hasReplicationCertificate: false, hasApplicationPassword: false),
            "NoCredentials"
        ),
    ])
    func `a source without usable credentials is refused with the reason`(
        credentials: CloneMethod.Credentials, reason: String
    ) {
        let refusal = #expect(throws: CloneRefusal.self) {
            try CloneMethod.choose(for: Fixtures.source(), with: credentials)
        }
        #expect(refusal?.failure.reason == reason)
    }

    @Test func `what credentials are at hand is read from the secrets' keys`() {
        #expect(Fixtures.credentials.available == Self.all)
        let none = SourceCredentials(
            authority: nil, replication: Fixtures.secret("r", ["tls.crt": "Y3J0"]), application: nil)
        #expect(
            none.available
                == CloneMethod.Credentials(
                    hasCertificateAuthority: false, hasReplicationCertificate: false, hasApplicationPassword: false))
    }
}
