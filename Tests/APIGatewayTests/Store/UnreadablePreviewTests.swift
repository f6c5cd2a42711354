import Foundation
import GRDB
import HTTPTypes
import KubernetesClient
import MessageBus
import Persistence
import PreviewDomain
import ServiceLifecycle
import Testing

@testable import APIGateway

/// What is stored of one preview can't be read; all others go on.
@Suite(.timeLimit(.minutes(1))) struct UnreadablePreviewTests {
    /// What damages a stored preview, and what mends it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let table: String
        let column: String
        let key: String
        let value: String
        var testDescription: String { "\(table).\(column) = \(value)" }

        func strike(_ preview: PreviewReference, in gateway: GatewayFixture) async throws -> Data {
            try await gateway.gateway.store.database.write { database in
                let id = preview.id.rawValue
                let before = try Data.fetchOne(
                    database, sql: "SELECT \(column) FROM \(table) WHERE \(key) = ? LIMIT 1", arguments: [id])
                try database.execute(sql: "UPDATE \(table) SET \(column) = \(value) WHERE \(key) = ?", arguments: [id])
                return try #require(before)
            }
        }

        func mend(_ preview: PreviewReference, with before: Data, in gateway: GatewayFixture) async throws {
            try await gateway.gateway.store.database.write { database in
                try database.execute(
                    sql: "UPDATE \(table) SET \(column) = CAST(? AS TEXT) WHERE \(key) = ?",
                    arguments: [before, preview.id.rawValue])
            }
        }
    }

    static let damages = [
        Damage(table: "previews", column: "document", key: "id", value: "'{\"id\": 1'"),
        Damage(table: "previews", column: "document", key: "id", value: "X'FF00'"),
        Damage(table: "facts", column: "fact", key: "preview_id", value: "'{\"part\": \"unheard of\"}'"),
    ]

    @Test(arguments: damages) func `the timer passes it over, and takes it up when it can be read`(
        damage: Damage
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        let store = gateway.gateway.store
        let timer = DeadlineTimer(store: store, sessions: gateway.gateway.sessions)
        try await gateway.serving {
            let (bad, good) = (try await gateway.createPreview(), try await gateway.createPreview())
            for preview in [bad, good] {
                try await gateway.deliver(
                    NamespaceFailed(
                        preview: preview, observedAt: gateway.present.addingTimeInterval(-1),
                        failure: Failure(reason: "Busy", message: "busy", nextStep: "wait")))
                try await gateway.call(.post, "/previews/\(preview.id)/retry")
            }
            let before = try await damage.strike(bad, in: gateway)
            gateway.advance(by: 15)
            _ = try await gateway.published()
            try await timer.advance(due: gateway.present)
            let requested = try await gateway.published().compactMap { ($0 as? NamespaceRequested)?.preview.id }
            #expect(requested == [good.id])
            #expect(store.unreadable.rows == [bad.id.rawValue])
            let overdue = try await store.database.read { [now = gateway.present] database in
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM previews WHERE next_deadline <= ?",
                    arguments: [now.timeIntervalSince1970])
            }
            #expect(overdue == 0, "what can't be looked at is not looked at without end")

            gateway.advance(by: 30)
            try await timer.lookAtOpen()
            #expect(try await gateway.published().contains { ($0 as? NamespaceRequested)?.preview.id == good.id })
            #expect(store.unreadable.rows == [bad.id.rawValue])

            try await damage.mend(bad, with: before, in: gateway)
            try await timer.lookAtOpen()
            let again = try await gateway.published().compactMap { ($0 as? NamespaceRequested)?.preview.id }
            #expect(again == [bad.id])
            #expect(store.unreadable.rows.isEmpty)
        }
    }

    @Test func `the running timer goes on`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let store = gateway.gateway.store
        try await gateway.serving {
            let (bad, good) = (try await gateway.createPreview(), try await gateway.createPreview())
            _ = try await Self.damages[0].strike(bad, in: gateway)
            gateway.advance(by: 15)
            _ = try await gateway.published()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await DeadlineTimer(store: store, sessions: gateway.gateway.sessions).run() }
                group.addTask {
                    let changes = store.changes.listen()
                    // Once for what is overdue now, once more for what becomes so.
                    for _ in 1...2 {
                        var requested: [PreviewID] = []
                        while requested.isEmpty {
                            await changes.wait(atMost: .seconds(1))
                            requested = try await gateway.published().compactMap {
                                ($0 as? NamespaceRequested)?.preview.id
                            }
                        }
                        #expect(requested == [good.id])
                        gateway.advance(by: 120)
                        store.changes.signal()
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    @Test(arguments: damages) func `lists leave it out, and its own page says why it is not there`(
        damage: Damage
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let (bad, good) = (try await gateway.createPreview(), try await gateway.createPreview())
            for preview in [bad, good] {
                try await gateway.deliver(
                    NamespaceReady(preview: preview, observedAt: gateway.present, podSecurity: "restricted"))
            }
            _ = try await damage.strike(bad, in: gateway)
            gateway.gateway.store.rendered.invalidateAll()
            let list = try await gateway.call(.get, "/previews")
            #expect(list.status == 200)
            #expect(list.json["items"].array?.compactMap { $0["id"].string } == [good.id.rawValue])
            #expect(gateway.gateway.store.unreadable.rows == [bad.id.rawValue])
            let one = try await gateway.call(.get, "/previews/\(bad.id)")
            #expect(one.status == 500 && one.code == "unreadable", "\(one.text)")
            #expect(one.json["detail"].string?.contains(bad.id.rawValue) == true)
            let other = try await gateway.token(.viewer, organization: "other")
            #expect(try await gateway.call(.get, "/previews/\(bad.id)", token: other).status == 404)
            let created = try await gateway.call(.post, "/previews", body: Shop.creation)
            #expect(created.status == 201)
        }
    }

    @Test func `a report about it is given up at once, and one about its cluster reaches the others`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let (bad, good) = (try await gateway.createPreview(), try await gateway.createPreview())
            _ = try await Self.damages[0].strike(bad, in: gateway)
            let failure = await #expect(throws: UnreadablePreview.self) {
                try await gateway.deliver(
                    NamespaceReady(preview: bad, observedAt: gateway.present, podSecurity: "restricted"))
            }
            #expect(failure?.failureClass == .permanent)
            try await gateway.deliver(
                ClusterObserved(
                    cluster: "local", status: .unreachable, since: gateway.present, problem: "connection refused",
                    observedAt: gateway.present))
            let timeline = try await gateway.call(.get, "/previews/\(good.id)/timeline")
            #expect(timeline.text.contains("cluster.unreachable"), "\(timeline.text)")
        }
    }

    @Test func `a cluster's report that can't be read leaves those of the others`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let database = gateway.gateway.store.database
        try await database.write { try $0.execute(sql: "UPDATE clusters SET report = '{}' WHERE name = 'remote'") }
        let restarted = try await CatalogueStore(database: database, logger: gateway.gateway.logger)
        #expect(Array(restarted.current.clusters.keys) == ["local"])
        #expect(restarted.unreadable.rows == ["remote"])
        try await restarted.record(
            CatalogueChanged(
                cluster: "remote", version: nil, applications: [Shop.elsewhere],
                observedAt: gateway.present.addingTimeInterval(1)))
        #expect(restarted.unreadable.rows.isEmpty && restarted.current.clusters.count == 2)
    }
}
