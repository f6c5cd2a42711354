import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

/// What the node decides without running anything.
@Suite struct NodeRuleTests {
    @Test(arguments: [
        ("shop/orders:1.5.0", "shop/orders", "1.5.0"), ("web", "web", "latest"),
        ("registry.test/shop/orders:2", "shop/orders", "2"), ("localhost:5000/a/b", "a/b", "latest"),
        ("ghcr.io/o/r:1@sha256:abc", "o/r", "1"),
    ])
    func `an image's name loses its registry and keeps repository and tag`(
        name: String, repository: String, tag: String
    ) throws {
        let image = try #require(ImageReference(name))
        #expect(image.repository == repository)
        #expect(image.tag == tag)
    }

    @Test(arguments: ["a@sha256:abc", "a/../b:1", ":1", "a//b", "a:", "a:.."])
    func `what is no image's name, or leads out of the folder, is refused`(name: String) {
        #expect(ImageReference(name) == nil)
    }

    @Test(arguments: [
        ("$(A)-$(B)", "1-$(B)"), ("$$(A)", "$(A)"), ("$A $", "$A $"), ("$(A", "$(A"), ("x$(A)$(A)y", "x11y"),
    ])
    func `references to variables are expanded as Kubernetes expands them`(text: String, expected: String) {
        #expect(ContainerEnvironment.expand(text, ["A": "1"]) == expected)
    }

    @Test(arguments: [
        ("*/15 * * * *", "2026-01-01T00:01:00Z", "2026-01-01T00:15:00Z"),
        ("0 6 * * *", "2026-01-01T06:00:00Z", "2026-01-02T06:00:00Z"),
        ("30 2 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T02:30:00Z"),
        ("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
        ("0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("@hourly", "2026-01-01T00:59:59Z", "2026-01-01T01:00:00Z"),
    ])
    func `a schedule names its next time`(schedule: String, after: String, next: String) throws {
        let times = try #require(CronSchedule(schedule))
        let start = try #require(Timestamp.parse(after))
        #expect(times.next(after: start).map { Timestamp.format($0) } == next)
    }

    @Test(arguments: ["", "* * * *", "60 * * * *", "*/0 * * * *", "5-1 * * * *", "x * * * *"])
    func `what is no schedule is refused`(schedule: String) {
        #expect(CronSchedule(schedule) == nil)
    }

    @Test func `an address is given to one only, and again only after its release`() throws {
        let pool = AddressPool(block: 9, thirds: 0..<1)
        let all = (0..<254).compactMap { _ in pool.allocate() }
        #expect(Set(all).count == 254)
        #expect(pool.allocate() == nil)
        pool.release("127.9.0.7")
        #expect(pool.allocate() == "127.9.0.7")
        #expect(!pool.reserve("127.8.0.1"))
    }

    @Test(arguments: [(1, 1, 0), (4, 1, 1), (10, 3, 2)])
    func `a rolling update keeps within its default limits at every step`(replicas: Int, surge: Int, missing: Int) {
        func set(_ name: String, size: Int, available: Int, hash: String) -> JSONValue {
            [
                "metadata": [
                    "name": .string(name), "uid": .string(name), "labels": ["pod-template-hash": .string(hash)],
                ],
                "spec": ["replicas": JSONValue(size)],
                "status": ["replicas": JSONValue(size), "availableReplicas": JSONValue(available)],
            ]
        }
        let deployment: JSONValue = ["metadata": ["name": "d"], "spec": ["replicas": JSONValue(replicas)]]
        #expect(Rollout(deployment: deployment, replicaSets: [], hash: "").limits == (surge, missing))
        var sizes = ["old": replicas, "new": 0]
        var available = ["old": replicas, "new": 0]
        for _ in 0..<100 where sizes != ["old": 0, "new": replicas] {
            let sets = ["old", "new"].map {
                set($0, size: sizes[$0] ?? 0, available: available[$0] ?? 0, hash: $0)
            }
            for change in Rollout(deployment: deployment, replicaSets: sets, hash: "new").scaling(isPaused: false) {
                sizes[change.replicaSet.name] = change.replicas
            }
            #expect(sizes.values.reduce(0, +) <= replicas + surge)
            // What shrank is gone at once; what grew becomes available one at a time.
            for (name, size) in sizes { available[name] = min(size, (available[name] ?? 0) + (name == "new" ? 1 : 0)) }
            #expect(available.values.reduce(0, +) >= replicas - missing)
        }
        #expect(sizes == ["old": 0, "new": replicas])
    }
}
