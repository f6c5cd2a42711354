import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

struct ObjectStoreTests {
    private func configMap(_ name: String, _ data: [String: String] = [:]) -> JSONValue {
        ["metadata": ["name": .string(name)], "data": JSONValue(data)]
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(.configMaps, namespace: "default", name: name) }

    @Test func `a killed cluster remembers what it answered, and its version goes on`() throws {
        let directory = "/tmp/dev-cluster-store-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // Only a temporary folder.
        let version: Int
        do {
            let store = try ObjectStore(directory: directory)
            try store.create(configMap("kept", ["a": "1"]), in: .configMaps, namespace: "default")
            try store.create(configMap("gone"), in: .configMaps, namespace: "default")
            try store.update(key("kept")) { $0["data"]["a"] = "2" }
            try store.delete(key("gone"))
            version = store.resourceVersion
        }
        // A write that was cut off by the kill.
        let journal = try #require(FileHandle(forWritingAtPath: directory + "/journal"))
        try journal.seekToEnd()
        try journal.write(contentsOf: Data("P\t999\t\tconfigmaps\tdefault\tto".utf8))
        try journal.close()
        let store = try ObjectStore(directory: directory)
        #expect(store.get(key("kept"))?["data"]["a"].string == "2")
        #expect(store.get(key("gone")) == nil)
        #expect(store.resourceVersion == version)
        try store.create(configMap("new"), in: .configMaps, namespace: "default")
        #expect(store.resourceVersion == version + 1)
        #expect(try ObjectStore(directory: directory).get(key("new")) != nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `watches that are given up while objects change stop neither the store nor themselves`() async throws {
        let store = try ObjectStore()
        try store.create(configMap("busy"), in: .configMaps, namespace: "default")
        let busy = key("busy")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    for change in 0..<5000 {
                        _ = try? store.update(busy) { $0["data"]["n"] = "\(number)-\(change)" }
                    }
                }
                group.addTask {
                    for _ in 0..<1000 {
                        let reader = Task {
                            guard let watch = try? store.subscribe([.configMaps], namespace: nil, since: nil) else {
                                return
                            }
                            for await _ in watch.signals {}
                        }
                        await Task.yield()
                        reader.cancel()
                        await reader.value
                    }
                }
            }
        }
        #expect(store.get(busy) != nil)
    }

    @Test func `an update that changes nothing keeps the version`() throws {
        let store = try ObjectStore()
        let created = try store.create(configMap("a", ["x": "y"]), in: .configMaps, namespace: "default")
        let same = try store.update(key("a")) { $0["data"]["x"] = "y" }
        #expect(same["metadata"]["resourceVersion"] == created["metadata"]["resourceVersion"])
    }

    @Test func `a stale version is a conflict`() throws {
        let store = try ObjectStore()
        let created = try store.create(configMap("a"), in: .configMaps, namespace: "default")
        try store.update(key("a")) { $0["data"]["x"] = "1" }
        let error = #expect(throws: APIError.self) {
            try store.update(key("a")) { object in
                object = created
                object["data"]["x"] = "2"
            }
        }
        #expect(error?.reason == "Conflict")
    }

    @Test func `a finalizer holds an object until it is taken away`() throws {
        let store = try ObjectStore()
        var object = configMap("held")
        object["metadata"]["finalizers"] = ["example.test/hold"]
        try store.create(object, in: .configMaps, namespace: "default")
        guard case .terminating = try store.delete(key("held")) else {
            Issue.record("The object is gone at once")
            return
        }
        #expect(throws: APIError.self) { try store.create(configMap("held"), in: .configMaps, namespace: "default") }
        #expect(throws: APIError.self) {
            try store.update(key("held")) { $0["metadata"]["finalizers"] = ["example.test/hold", "example.test/two"] }
        }
        try store.update(key("held")) { $0["metadata"]["finalizers"] = nil }
        #expect(store.get(key("held")) == nil)
    }

    @Test(arguments: [DeleteOptions.Propagation.background, .foreground, .orphan])
    func `children follow their owner as asked`(_ propagation: DeleteOptions.Propagation) throws {
        let store = try ObjectStore()
        let owner = try store.create(configMap("owner"), in: .configMaps, namespace: "default")
        var child = configMap("child")
        child["metadata"]["ownerReferences"] = [
            [
                "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"] ?? "",
                "blockOwnerDeletion": true,
            ]
        ]
        try store.create(child, in: .configMaps, namespace: "default")
        try store.delete(key("owner"), DeleteOptions(propagation: propagation))
        #expect(store.get(key("owner")) == nil)
        if propagation == .orphan {
            #expect(store.get(key("child"))?["metadata"]["ownerReferences"] == nil)
            #expect(store.get(key("child")) != nil)
        } else {
            #expect(store.get(key("child")) == nil)
        }
    }

    @Test func `foreground deletion waits for a child that is held`() throws {
        let store = try ObjectStore()
        let owner = try store.create(configMap("owner"), in: .configMaps, namespace: "default")
        var child = configMap("child")
        child["metadata"]["finalizers"] = ["example.test/hold"]
        child["metadata"]["ownerReferences"] = [
            [
                "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"] ?? "",
                "blockOwnerDeletion": true,
            ]
        ]
        try store.create(child, in: .configMaps, namespace: "default")
        try store.delete(key("owner"), DeleteOptions(propagation: .foreground))
        #expect(store.get(key("owner"))?["metadata"]["finalizers"] == ["foregroundDeletion"])
        try store.update(key("child")) { $0["metadata"]["finalizers"] = nil }
        #expect(store.get(key("owner")) == nil)
        #expect(store.get(key("child")) == nil)
    }

    @Test func `a child of an owner that does not exist is collected`() throws {
        let store = try ObjectStore()
        var child = configMap("child")
        child["metadata"]["ownerReferences"] = [
            ["apiVersion": "v1", "kind": "ConfigMap", "name": "none", "uid": "00000000-0000-0000-0000-000000000000"]
        ]
        try store.create(child, in: .configMaps, namespace: "default")
        #expect(store.get(key("child")) == nil)
    }

    @Test func `a watch goes on from a version, and an old version is refused`() async throws {
        let store = try ObjectStore()
        let created = try store.create(configMap("a"), in: .configMaps, namespace: "default")
        let version = try #require(created["metadata"]["resourceVersion"].string.flatMap { Int($0) })
        try store.update(key("a")) { $0["data"]["x"] = "1" }
        try store.delete(key("a"))
        var seen: [StoreEvent.Change] = []
        for await event in try store.watch([.configMaps], namespace: "default", since: version) {
            seen.append(event.type)
            if event.type == .deleted { break }
        }
        #expect(seen == [.modified, .deleted])
        for index in 0..<20_100 { try store.create(configMap("n\(index)"), in: .configMaps, namespace: "default") }
        let error = #expect(throws: APIError.self) { try store.watch([.configMaps], since: version) }
        #expect(error?.code == 410)
    }

    @Test func `a quota counts and refuses`() throws {
        let store = try ObjectStore()
        try store.create(
            [
                "metadata": ["name": "q"],
                "spec": ["hard": ["count/configmaps": "2", "pods": "1", "requests.cpu": "1"]],
            ],
            in: .resourceQuotas, namespace: "default")
        try store.create(configMap("one"), in: .configMaps, namespace: "default")
        let used = store.get(ObjectKey(.resourceQuotas, namespace: "default", name: "q"))?["status"]["used"]
        #expect(used == ["count/configmaps": "2", "pods": "0", "requests.cpu": "0"])
        let error = #expect(throws: APIError.self) {
            try store.create(configMap("two"), in: .configMaps, namespace: "default")
        }
        #expect(
            error?.message.contains("exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=2")
                == true)
        func pod(_ cpu: JSONValue?) -> JSONValue {
            [
                "metadata": ["name": "p"],
                "spec": [
                    "containers": [
                        [
                            "name": "c", "image": "x",
                            "resources": cpu.map { ["requests": ["cpu": $0]] } ?? [:],
                        ]
                    ]
                ],
            ]
        }
        let lacking = #expect(throws: APIError.self) { try store.create(pod(nil), in: .pods, namespace: "default") }
        #expect(lacking?.message.contains("failed quota: q: must specify requests.cpu for: c") == true)
        let much = #expect(throws: APIError.self) { try store.create(pod("2"), in: .pods, namespace: "default") }
        #expect(
            much?.message.contains("requested: requests.cpu=2, used: requests.cpu=0, limited: requests.cpu=1") == true)
        try store.create(pod("500m"), in: .pods, namespace: "default")
    }

    @Test func `limits fill and bound what containers ask for`() throws {
        let store = try ObjectStore()
        try store.create(
            [
                "metadata": ["name": "l"],
                "spec": [
                    "limits": [
                        [
                            "type": "Container", "default": ["cpu": "200m"], "defaultRequest": ["cpu": "100m"],
                            "max": ["cpu": "1"],
                        ]
                    ]
                ],
            ], in: .limitRanges, namespace: "default")
        func pod(_ name: String, _ resources: JSONValue) -> JSONValue {
            [
                "metadata": ["name": .string(name)],
                "spec": ["containers": [["name": "c", "image": "x", "resources": resources]]],
            ]
        }
        let filled = try store.create(pod("a", [:]), in: .pods, namespace: "default")
        #expect(
            filled["spec"]["containers"][0]["resources"] == ["limits": ["cpu": "200m"], "requests": ["cpu": "100m"]])
        let error = #expect(throws: APIError.self) {
            try store.create(pod("b", ["limits": ["cpu": "2"]]), in: .pods, namespace: "default")
        }
        #expect(error?.message.contains("maximum cpu usage per Container is 1, but limit is 2") == true)
    }
}
