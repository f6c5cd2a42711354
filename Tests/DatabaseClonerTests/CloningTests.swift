import Foundation
import Shared
import TestSupport
import Testing

@testable import DatabaseCloner

/// With real PostgreSQL servers and the real `pg_basebackup`.
@Suite(.timeLimit(.minutes(4)), .serialized) struct CloningTests {
    @Test func `a clone holds the source's rows, is a database of its own, and leaves nothing`() async throws {
        let site = try await CloneSite()
        try await site.run {
            try await site.startSource()
            try await site.sql(
                "CREATE TABLE orders (n int); INSERT INTO orders SELECT generate_series(1, 10000)",
                in: site.source.namespace)

            try await site.messages.deliver(site.request, to: site.handler)
            try await site.messages.deliver(site.request, to: site.handler)  // The broker may bring it again.
            let ready = try #require(
                try await eventually(within: .seconds(90)) { site.said(DatabaseReady.self).last },
                "\(site.messages.all)")
            #expect(ready.preview == site.preview)
            #expect(ready.detail.method == "pg_basebackup")
            #expect((ready.detail.database, ready.detail.owner) == ("orders", "clerk"))
            #expect(ready.detail.host == "orders-db-rw.\(site.preview.namespace).svc.cluster.local")
            #expect(site.said(DatabaseFailed.self).isEmpty)
            try await self.expectIsolation(site)
            try await self.expectNoWayToTheSource(site)
            try await self.expectCleanup(site)
        }
    }

    private func expectIsolation(_ site: CloneSite) async throws {
        let count = "SELECT count(*) FROM orders"
        #expect(try await site.sql(count, in: site.preview.namespace) == "10000")
        try await site.sql("INSERT INTO orders VALUES (-1)", in: site.preview.namespace)
        try await site.sql("DELETE FROM orders WHERE n > 9000", in: site.source.namespace)
        #expect(try await site.sql(count, in: site.preview.namespace) == "10001")
        #expect(try await site.sql(count, in: site.source.namespace) == "9000")
    }

    /// Every key that was copied is gone, and the authority's key never was there.
    private func expectNoWayToTheSource(_ site: CloneSite) async throws {
        let authority = try #require(
            try await site.client.get(.secrets, name: "orders-db-ca", namespace: site.source.namespace))
        let replication = try #require(
            try await site.client.get(.secrets, name: "orders-db-replication", namespace: site.source.namespace))
        let keys = [authority["data"]["ca.key"], replication["data"]["tls.key"]].compactMap { $0 }
        #expect(keys.count == 2)
        for secret in try await site.client.list(.secrets, namespace: site.preview.namespace).items {
            #expect(!secret.name.contains("-source-"))
            for key in keys { #expect(secret["data"].object?.values.contains(key) != true) }
        }
        #expect(try await site.client.list(.networkPolicies, namespace: site.preview.namespace).items.isEmpty)
        // What was made was announced before.
        let planned = site.said(ResourcePlanned.self).flatMap(\.objects).map(\.description)
        #expect(planned.contains("Cluster \(site.preview.namespace)/orders-db"))
        #expect(planned.contains("Secret \(site.preview.namespace)/orders-db-source-replication"))
        #expect(planned.contains("NetworkPolicy \(site.preview.namespace)/orders-db-source-access"))
    }

    private func expectCleanup(_ site: CloneSite) async throws {
        let request = CleanupRequested(preview: site.preview, reason: .tornDown)
        try await site.messages.deliver(request, to: site.cleanup)
        let completed = try #require(
            try await eventually(within: .seconds(90)) { site.said(CleanupCompleted.self).last })
        let kinds = Set(completed.removed.map(\.object.kind))
        #expect(kinds.isSuperset(of: ["Cluster", "Pod", "PersistentVolumeClaim"]))
        for type in [ResourceType.postgresClusters, .pods, .persistentVolumeClaims] {
            #expect(try await site.client.list(type, namespace: site.preview.namespace).items.isEmpty)
        }
        #expect(try await site.sql("SELECT count(*) FROM orders", in: site.source.namespace) == "9000")

        try await site.messages.deliver(request, to: site.cleanup)
        #expect(site.said(CleanupCompleted.self).last?.removed == completed.removed)
    }

    @Test func `a copy that fails is told early, with its log, and a retry begins anew`() async throws {
        let site = try await CloneSite()
        try await site.run {
            try await site.startSource()
            let broken = try await self.breakReplicationCertificate(site)
            try await site.messages.deliver(site.request, to: site.handler)
            let failed = try #require(
                try await eventually(within: .seconds(90)) { site.said(DatabaseFailed.self).last },
                "\(site.messages.all)")
            #expect(failed.failure.nextStep != nil)
            #expect(!failed.failure.logLines.isEmpty)
            #expect(failed.failure.object?.namespace == site.preview.namespace)
            let isCutOff = try await eventually(within: .seconds(90)) {
                let secrets = try await site.client.list(.secrets, namespace: site.preview.namespace).items
                let policies = try await site.client.list(.networkPolicies, namespace: site.preview.namespace).items
                return policies.isEmpty && !secrets.contains { $0.name.contains("-source-") } ? true : nil
            }
            #expect(isCutOff == true, "what leads to the source stays beside a clone that failed")

            _ = try await site.client.patch(
                .secrets, name: "orders-db-replication", namespace: site.source.namespace,
                .merge(["data": broken]))
            let isAccepted = try await eventually(within: .seconds(90)) { () async throws -> Bool? in
                do {
                    try await site.messages.deliver(site.request, to: site.handler)
                    return true
                } catch is TryLater {
                    return nil
                }
            }
            #expect(isAccepted == true)
            let ready = try await eventually(within: .seconds(90)) { site.said(DatabaseReady.self).last }
            #expect(ready != nil, "\(site.messages.all)")
        }
    }

    /// Gives the replication role a key that does not fit its certificate. Returns what was there.
    private func breakReplicationCertificate(_ site: CloneSite) async throws -> JSONValue {
        let name = "orders-db-replication"
        let secret = try #require(try await site.client.get(.secrets, name: name, namespace: site.source.namespace))
        let server = try #require(
            try await site.client.get(.secrets, name: "orders-db-server", namespace: site.source.namespace))
        _ = try await site.client.patch(
            .secrets, name: name, namespace: site.source.namespace,
            .merge(["data": ["tls.key": server["data"]["tls.key"] ?? .null]]))
        return secret["data"] ?? .null
    }

    @Test func `more clones of one source than it has connections for are made one after another`() async throws {
        let site = try await CloneSite()
        try await site.run {
            // Two for a copy, and two that are production's.
            try await site.startSource(["max_wal_senders": "4"])
            var previews = [site.preview]
            for _ in 0..<3 { previews.append(try await site.neighbour()) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for preview in previews { group.addTask { try await site.ask(for: preview, by: site.handler) } }
                try await group.waitForAll()
            }
            let ids = Set(previews.map(\.id))
            @Sendable func said<Payload: PreviewMessagePayload>(_ type: Payload.Type) -> [Payload] {
                site.messages.all(type).filter { ids.contains($0.preview.id) }
            }
            let ready = try await eventually(within: .seconds(120)) {
                Set(said(DatabaseReady.self).map(\.preview.id)) == ids ? true : nil
            }
            #expect(ready == true, "\(site.messages.all)")
            #expect(said(DatabaseFailed.self).isEmpty)
            let waited = said(DatabaseCloning.self).filter { $0.method == "waiting" }
            #expect(Set(waited.map(\.preview.id)).count == 3, "\(waited)")
            let words = "another copy of \(site.source) is being made, and it takes one at a time"
            #expect(waited.allSatisfy { $0.message == words })
        }
    }

    @Test func `of copies that two db-cloners begin at one instant no more are made than the source takes`()
        async throws
    {
        let site = try await CloneSite()
        try await site.run {
            // Two copies at once would need four.
            try await site.startSource(["max_wal_senders": "3"])
            var previews = [site.preview]
            for _ in 0..<3 { previews.append(try await site.neighbour()) }
            let handlers = [site.handler, site.otherHandler()]
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (index, preview) in previews.enumerated() {
                    group.addTask { [request = site.request] in
                        var request = request
                        request.preview = preview
                        do {
                            try await site.messages.deliver(request, to: handlers[index % 2])
                            return true
                        } catch is TryLater {
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { count, isAccepted in count += isAccepted ? 1 : 0 }
            }
            #expect(accepted == 1, "\(site.messages.all)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, preview) in previews.enumerated() {
                    group.addTask { try await site.ask(for: preview, by: handlers[(index + 1) % 2]) }
                }
                try await group.waitForAll()
            }
            let ids = Set(previews.map(\.id))
            let ready = try await eventually(within: .seconds(120)) {
                ids.isSubset(of: site.messages.all(DatabaseReady.self).map(\.preview.id)) ? true : nil
            }
            #expect(ready == true, "\(site.messages.all)")
            #expect(!site.messages.all(DatabaseFailed.self).contains { ids.contains($0.preview.id) })
        }
    }

    @Test func `a clone that the source turns away waits for its turn, and is made anew`() async throws {
        let site = try await CloneSite()
        try await site.run {
            try await site.startSource(["max_wal_senders": "3"])
            try await site.withSenders(2) {
                try await site.ask(for: site.preview, by: site.handler)
                let waiting = try #require(
                    try await eventually(within: .seconds(90)) {
                        site.said(DatabaseCloning.self).last { $0.method == DatabaseCloning.waiting }
                    }, "\(site.messages.all)")
                #expect(waiting.message.contains("max_wal_senders") && waiting.fact.begunAt == waiting.observedAt)
                let isGone = try await eventually(within: .seconds(30)) { () async throws -> Bool? in
                    let namespace = site.preview.namespace
                    let clones = try await site.client.list(.postgresClusters, namespace: namespace).items
                    let policies = try await site.client.list(.networkPolicies, namespace: namespace).items
                    return clones.isEmpty && policies.isEmpty ? true : nil
                }
                #expect(isGone == true, "it keeps its place, and the way to the source")
            }
            try await site.ask(for: site.preview, by: site.handler)
            let ready = try await eventually(within: .seconds(60)) { site.said(DatabaseReady.self).last }
            #expect(ready != nil, "\(site.messages.all)")
            #expect(site.said(DatabaseFailed.self).isEmpty)
        }
    }

    @Test func `a source that is missing or not up is told at once`() async throws {
        let site = try await CloneSite()
        try await site.run {
            try await site.messages.deliver(site.request, to: site.handler)
            let missing = try #require(site.said(DatabaseFailed.self).last)
            #expect(missing.failure.reason == "SourceMissing")
            #expect(missing.failure.nextStep != nil)
            #expect(site.said(ResourcePlanned.self).isEmpty)
        }
    }

    @Test func `a request of an earlier preview makes nothing in the namespace of a later one`() async throws {
        let site = try await CloneSite(generation: 4)
        try await site.run {
            var late = site.request
            late.preview.generation = 3
            try await site.messages.deliver(late, to: site.handler)
            // The cluster has clones of other tests as well.
            let own = site.messages.all.filter { ($0 as? any PreviewMessagePayload)?.preview.id == site.preview.id }
            #expect(own.isEmpty, "\(own)")
            try await site.messages.deliver(site.request, to: site.handler)
            #expect(site.said(DatabaseFailed.self).last?.failure.reason == "SourceMissing")
        }
    }

    @Test func `nothing is made in a namespace that is missing or somebody else's`() async throws {
        let site = try await CloneSite()
        try await site.run {
            var foreign = site.request
            foreign.preview.namespace = site.source.namespace
            try await site.messages.deliver(foreign, to: site.handler)
            #expect(site.said(DatabaseFailed.self).last?.failure.reason == "NamespaceNotOurs")
            foreign.preview.namespace = "preview-nowhere"
            try await site.messages.deliver(foreign, to: site.handler)
            #expect(site.said(DatabaseFailed.self).last?.failure.reason == "NamespaceGone")
            foreign.preview.cluster = "unheard-of"
            try await site.messages.deliver(foreign, to: site.handler)
            #expect(site.said(DatabaseFailed.self).last?.failure.reason == "UnknownCluster")
            #expect(site.said(ResourcePlanned.self).isEmpty)
        }
    }

    @Test func `a preview without databases is cleaned at once, with an empty list`() async throws {
        let site = try await CloneSite()
        try await site.run {
            try await site.messages.deliver(
                CleanupRequested(preview: site.preview, reason: .expired), to: site.cleanup)
            let completed = try #require(site.said(CleanupCompleted.self).first)
            #expect(completed.removed.isEmpty)
            #expect(completed.participant == .databaseCloner)
        }
    }
}
