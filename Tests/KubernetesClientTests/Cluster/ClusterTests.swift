import Foundation
import KubernetesClient
import PreviewDomain
import Testing

/// The client against an API server that really keeps objects: a `dev-cluster`, or any cluster that is named.
@Suite(.timeLimit(.minutes(1))) struct ClusterTests {
    private func configMap(_ name: String, _ namespace: String, _ data: [String: String]) -> KubernetesObject {
        var object = KubernetesObject(type: .configMaps, name: name, namespace: namespace, labels: ["app": "test"])
        object["data"] = JSONValue(data)
        return object
    }

    @Test func `the server tells its version and types`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        #expect(try await client.version().major == "1")
        #expect(try await client.resourceType(apiVersion: "apps/v1", kind: "Deployment") == .deployments)
        #expect(try await client.resourceType(apiVersion: "v1", kind: "Namespace") == .namespaces)
        #expect(try await client.resourceType(apiVersion: "v1", kind: "Nothing") == nil)
        #expect(try await client.resourceType(apiVersion: "no.such.group/v1", kind: "Nothing") == nil)
    }

    @Test func `an object is made, read, changed and removed`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        let created = try await client.create(configMap("a", namespace, ["k": "1"]), as: .configMaps)
        let uid = try #require(created.uid)
        let again = await #expect(throws: KubernetesError.self) {
            try await client.create(configMap("a", namespace, [:]), as: .configMaps)
        }
        #expect(again?.isAlreadyExists == true)

        var changed = created
        changed["data"]?["k"] = "2"
        let replaced = try await client.replace(changed, as: .configMaps)
        #expect(replaced.resourceVersion != created.resourceVersion)
        let stale = changed
        let conflict = await #expect(throws: KubernetesError.self) { try await client.replace(stale, as: .configMaps) }
        #expect(conflict?.isConflict == true)

        let merged = try await client.patch(
            .configMaps, name: "a", namespace: namespace, .merge(["data": ["k": .null, "m": "3"]]))
        #expect(merged["data"] == ["m": "3"])
        let patched = try await client.patch(
            .configMaps, name: "a", namespace: namespace,
            .json([
                .test(JSONPointer(["data", "m"]), "3"), .add(JSONPointer(["metadata", "annotations"]), ["a/b": "4"]),
                .add(JSONPointer(["metadata", "annotations", "c/d"]), "5"),
            ]))
        #expect(patched.annotations == ["a/b": "4", "c/d": "5"])
        #expect(try await client.get(.configMaps, name: "a", namespace: namespace)?["data"] == ["m": "3"])

        let other = await #expect(throws: KubernetesError.self) {
            try await client.delete(
                .configMaps, name: "a", namespace: namespace, preconditions: Preconditions(uid: "another"))
        }
        #expect(other?.isConflict == true)
        #expect(
            try await client.delete(
                .configMaps, name: "a", namespace: namespace, preconditions: Preconditions(uid: uid))
                == .deleted)
        #expect(try await client.delete(.configMaps, name: "a", namespace: namespace) == .absent)
        #expect(try await client.get(.configMaps, name: "a", namespace: namespace) == nil)
    }

    @Test func `a dry run changes nothing, and unknown fields are refused`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        let tried = try await client.create(configMap("a", namespace, ["k": "1"]), as: .configMaps, dryRun: true)
        #expect(tried.name == "a")
        #expect(try await client.get(.configMaps, name: "a", namespace: namespace) == nil)
        let error = await #expect(throws: KubernetesError.self) {
            var object = configMap("a", namespace, [:])
            object["datta"] = ["k": "1"]
            _ = try await client.create(object, as: .configMaps)
        }
        #expect(error?.isInvalid == true)
    }

    @Test func `a field that the type does not have is wrong for good, however it is written`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        let good = try await client.create(configMap("a", namespace, ["password": "hunter2"]), as: .configMaps)
        var wrong = good
        wrong["datta"] = ["k": "1"]
        var applied = configMap("a", namespace, [:])
        applied["datta"] = ["k": "1"]
        let replacement = wrong
        let application = applied
        for write in [
            { _ = try await client.replace(replacement, as: .configMaps) },
            { _ = try await client.apply(application, as: .configMaps) },
            {
                _ = try await client.patch(
                    .configMaps, name: "a", namespace: namespace, .merge(["datta": ["k": "1"]]))
            },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: KubernetesError.self) { try await write() }
            #expect(error?.isInvalid == true)
            #expect(error?.failureClass == .permanent)
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("datta"), "\(text)")
            #expect(!text.contains("hunter2"), "\(text)")
        }
        let names = try await client.get(.configMaps, name: "a", namespace: namespace)?["metadata"]["managedFields"]
            .array?.compactMap { $0["manager"].string }
        #expect(names == ["tester"])
    }

    @Test func `an object is changed by many at once, and no change is lost`() async throws {
        let cluster = try await TestCluster.start()
        let namespace = try await cluster.namespace()
        _ = try await cluster.client().create(configMap("a", namespace, [:]), as: .configMaps)
        let client = cluster.client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await client.update(.configMaps, name: "a", namespace: namespace, attempts: 50) { object in
                        object["data"]["k\(number)"] = "v"
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await client.get(.configMaps, name: "a", namespace: namespace)?["data"].object?.count == 8)
    }

    @Test func `applied fields belong to their manager`() async throws {
        let cluster = try await TestCluster.start()
        let namespace = try await cluster.namespace()
        let first = cluster.client("first")
        let second = cluster.client("second")
        _ = try await first.apply(configMap("a", namespace, ["x": "1", "y": "1"]), as: .configMaps)
        let conflict = await #expect(throws: KubernetesError.self) {
            try await second.apply(configMap("a", namespace, ["x": "2"]), as: .configMaps, force: false)
        }
        #expect(conflict?.isFieldManagerConflict == true)
        let taken = try await second.apply(configMap("a", namespace, ["x": "2"]), as: .configMaps)
        #expect(taken["data"] == ["x": "2", "y": "1"])
        // The first one no longer mentions y, which was its own.
        let reduced = try await first.apply(configMap("a", namespace, [:]), as: .configMaps)
        #expect(reduced["data"] == ["x": "2"])
    }

    @Test func `an object that many apply at once is made once, and nobody is refused`() async throws {
        let cluster = try await TestCluster.start()
        let namespace = try await cluster.namespace()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                let client = cluster.client("writer-\(number % 8)")
                group.addTask {
                    // Many fields, so that it takes the server a while from its look to its write.
                    let keys = (0..<300).map { "writer-\(number % 8)-\($0)" }
                    let object = configMap(
                        "c\(number / 8)", namespace, Dictionary(uniqueKeysWithValues: keys.map { ($0, "1") }))
                    _ = try await client.apply(object, as: .configMaps)
                }
            }
            try await group.waitForAll()
        }
        let all = try await cluster.client().list(.configMaps, namespace: namespace, labels: "app=test")
        #expect(all.items.count == 4)
        #expect(all.items.allSatisfy { $0["data"].object?.count == 8 * 300 })
    }

    @Test func `a long list comes in pages, and selectors choose`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client { $0.pageSize = 3 }
        let namespace = try await cluster.namespace()
        for number in 0..<8 {
            var object = configMap("c\(number)", namespace, [:])
            object.labels["parity"] = number.isMultiple(of: 2) ? "even" : "odd"
            _ = try await client.create(object, as: .configMaps)
        }
        let all = try await client.list(.configMaps, namespace: namespace, labels: "app=test")
        #expect(all.items.map(\.name) == (0..<8).map { "c\($0)" })
        #expect(all.items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
        let odd = try await client.list(.configMaps, namespace: namespace, labels: "app=test,parity notin (even)")
        #expect(odd.items.map(\.name) == ["c1", "c3", "c5", "c7"])
        let one = try await client.list(.configMaps, namespace: namespace, fields: .name("c4"))
        #expect(one.items.map(\.name) == ["c4"])
        let metadata = try await client.listMetadata(.configMaps, namespace: namespace, labels: "app=test")
        #expect(metadata.items.map(\.name) == all.items.map(\.name))
        #expect(metadata.items.allSatisfy { $0.kind == "ConfigMap" && $0.labels["app"] == "test" })
        let deleted = try await client.deleteCollection(
            .configMaps, namespace: namespace, labels: ["app": "test", "parity": "even"])
        #expect(Set(deleted.map(\.name)) == ["c0", "c2", "c4", "c6"])
        #expect(try await client.list(.configMaps, namespace: namespace, labels: "app=test").items.count == 4)
    }

    @Test func `a watch sees every change in order`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        _ = try await client.create(configMap("a", namespace, [:]), as: .configMaps)
        var iterator = client.watch(.configMaps, namespace: namespace, labels: "app=test").makeAsyncIterator()
        guard case .initial(let items) = try await iterator.next() else {
            Issue.record("a watch begins with what is there")
            return
        }
        #expect(items.map(\.name) == ["a"])
        _ = try await client.create(configMap("b", namespace, [:]), as: .configMaps)
        _ = try await client.patch(.configMaps, name: "a", namespace: namespace, .merge(["data": ["k": "v"]]))
        _ = try await client.patch(
            .configMaps, name: "b", namespace: namespace, .merge(["metadata": ["labels": ["app": "other"]]]))
        try await client.delete(.configMaps, name: "a", namespace: namespace)
        var seen: [String] = []
        while seen.count < 4, let event = try await iterator.next() {
            switch event {
            case .added(let item): seen.append("added \(item.name)")
            case .modified(let item): seen.append("modified \(item.name)")
            case .deleted(let item): seen.append("deleted \(item.name)")
            case .initial, .relisted: seen.append("listed")
            }
        }
        #expect(seen == ["added b", "modified a", "deleted b", "deleted a"])
    }

    @Test func `a watch goes on after the server has ended it`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client { $0.watchDuration = .seconds(1) }
        let namespace = try await cluster.namespace()
        var iterator = client.watch(.configMaps, namespace: namespace, labels: "app=test").makeAsyncIterator()
        #expect(try await iterator.next() == .initial([]))
        let end = ContinuousClock.now + .milliseconds(2500)
        var created: [String] = []
        while ContinuousClock.now < end {
            let name = "c\(created.count)"
            _ = try await client.create(configMap(name, namespace, [:]), as: .configMaps)
            created.append(name)
            try await Task.sleep(for: .milliseconds(50))
        }
        var seen: [String] = []
        while seen.count < created.count, case .added(let object) = try await iterator.next() {
            seen.append(object.name)
        }
        #expect(seen == created)
    }

    @Test func `what a finalizer holds is being deleted until it lets go`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        var object = configMap("held", namespace, [:])
        object.finalizers = ["understudy.dev/test"]
        _ = try await client.create(object, as: .configMaps)
        guard case .deleting(let held) = try await client.delete(.configMaps, name: "held", namespace: namespace) else {
            Issue.record("a finalizer holds the object")
            return
        }
        #expect(held.isBeingDeleted)
        guard case .deleting = try await client.delete(.namespaces, name: namespace) else {
            Issue.record("the object holds the namespace")
            return
        }
        let late = await #expect(throws: KubernetesError.self) {
            try await client.create(configMap("late", namespace, [:]), as: .configMaps)
        }
        #expect(late?.isNamespaceTerminating == true)
        _ = try await client.patch(
            .configMaps, name: "held", namespace: namespace, .merge(["metadata": ["finalizers": .null]]))
        #expect(
            await eventually(within: .seconds(30)) {
                (try? await client.list(.namespaces, fields: .name(namespace)).items.isEmpty) == true
            })
    }

    @Test func `a quota's refusal is told from others`() async throws {
        let cluster = try await TestCluster.start()
        let client = cluster.client()
        let namespace = try await cluster.namespace()
        var quota = KubernetesObject(type: .resourceQuotas, name: "q", namespace: namespace)
        quota.spec = ["hard": ["pods": "0"]]
        _ = try await client.create(quota, as: .resourceQuotas)
        // A cluster counts what is there before it enforces a new quota.
        let isCounted = await eventually {
            let quota = try? await client.get(.resourceQuotas, name: "q", namespace: namespace)
            return quota?.status["hard"]["pods"] != nil
        }
        #expect(isCounted)
        let error = await #expect(throws: KubernetesError.self) {
            var pod = KubernetesObject(type: .pods, name: "p", namespace: namespace)
            pod.spec = ["containers": [["name": "c", "image": "none"]]]
            return try await client.create(pod, as: .pods)
        }
        #expect(error?.isQuotaExceeded == true)
    }

    @Test func `a lease has one holder at a time`() async throws {
        let cluster = try await TestCluster.start()
        let namespace = try await cluster.namespace()
        let log = WorkLog()
        func run(_ identity: String) -> Task<Void, any Error> {
            let election = LeaseElection(
                client: cluster.client(identity), name: "watchers", namespace: namespace, identity: identity,
                duration: .seconds(10), interval: .milliseconds(50))
            let work = log.work(identity)
            return Task { try await election.run(work) }
        }
        let first = run("a")
        #expect(await eventually { log.all == ["a starts"] })
        let second = run("b")
        first.cancel()
        #expect(await eventually { log.all == ["a starts", "a ends", "b starts"] })
        second.cancel()
        _ = await first.result
        _ = await second.result
        let lease = try await cluster.client().get(.leases, name: "watchers", namespace: namespace)
        #expect(lease?.spec["holderIdentity"].string == "")
        #expect(lease?.spec["renewTime"].string != nil)
    }
}
