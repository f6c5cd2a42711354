import Foundation
import GRDB
import Logging
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

/// Databases of earlier versions.
@Suite struct MigrationTests {
    @Test func `previews of before get their origin, what they are found by, and their hosts`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "migration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "gateway.sqlite").path
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let new = [Migration.origins.name, Migration.hosts.name, Migration.lists.name]
        let earlier = GatewaySchema.migrations.filter { !new.contains($0.name) }
        #expect(earlier.count == GatewaySchema.migrations.count - new.count)
        do {
            let database = try ServiceDatabase(path: path, migrations: earlier, logger: logger)
            try await database.write { database in
                for (id, isOver) in [("pr-1", false), ("pr-2", true)] {
                    var preview = Preview(
                        id: try #require(PreviewID(rawValue: id)), organization: .default, name: "Acme",
                        cluster: "local",
                        origin: .resource, createdBy: "x", createdAt: Date(timeIntervalSince1970: 1), ttl: 3600,
                        services: [
                            ServiceSpecification(
                                name: "orders", application: .init(namespace: "shop", name: "orders"),
                                sourceVersion: "1", targetVersion: "2", externalDNS: true)
                        ], databases: [])
                    preview.pullRequest = PullRequest(
                        repository: "acme/shop", number: 9, headSHA: String(repeating: "a", count: 40))
                    try database.execute(
                        sql: """
                            INSERT INTO previews (
                                id, organization, name, cluster, status, cleanup, is_active, is_over, created_at, document
                            ) VALUES (?, 'default', 'Acme', 'local', 'Pending', 'none', 1, ?, 1, ?)
                            """,
                        arguments: [
                            id, isOver, String(decoding: try JSONCoding.encoder.encode(preview), as: UTF8.self),
                        ])
                }
                // One that can't be read keeps no gateway from starting.
                try database.execute(
                    sql: """
                        INSERT INTO previews (
                            id, organization, name, cluster, status, cleanup, is_active, is_over, created_at, document
                        ) VALUES ('pr-3', 'default', 'Acme', 'local', 'Pending', 'none', 1, 0, 1, '{')
                        """)
            }
        }
        let database = try ServiceDatabase(path: path, migrations: GatewaySchema.migrations, logger: logger)
        let (found, hosts) = try await database.read { database in
            (
                try String.fetchAll(
                    database, sql: "SELECT id FROM previews WHERE origin = 'resource' AND searched LIKE '%acme/shop#9%'"
                ),
                try String.fetchAll(database, sql: "SELECT name FROM hosts ORDER BY name")
            )
        }
        #expect(found.count == 2)
        #expect(hosts == ["orders-pr-1", "pr-1"])
    }

    @Test func `entries of the audit of before are found whatever the case of their letters`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "migration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "gateway.sqlite").path
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let earlier = GatewaySchema.migrations.filter { $0.name != Migration.auditSearch.name }
        #expect(earlier.count == GatewaySchema.migrations.count - 1)
        do {
            let database = try ServiceDatabase(path: path, migrations: earlier, logger: logger)
            try await database.write { database in
                for index in 0..<2500 {
                    try database.execute(
                        sql: """
                            INSERT INTO audit (at, organization, actor, action, target, detail)
                            VALUES (?, 'default', ?, 'token.create', 'x', ?)
                            """,
                        arguments: [index, index % 2 == 0 ? "Ägnes" : "Boris", index == 2499 ? "ÉTÉ" : nil])
                }
            }
        }
        let list = AuditList(
            database: try ServiceDatabase(path: path, migrations: GatewaySchema.migrations, logger: logger))
        func found(_ text: String) async throws -> [Double] {
            var query = AuditList.Query()
            (query.text, query.limit) = (text, 5000)
            return try await list.page(query, organization: .default).items.map(\.at.timeIntervalSince1970)
        }
        #expect(try await found("äGNES").count == 1250)
        #expect(try await found("été") == [2499])
        #expect(try await found("nobody") == [])
    }
}
