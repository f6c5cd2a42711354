import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import DevCluster

/// What becomes of a cluster whose disk is full.
@Suite(.timeLimit(.minutes(2))) struct StoreLossTests {
    private let directory = "/tmp/dev-cluster-loss-\(UUID().uuidString)"

    private func key(_ name: String) -> ObjectKey { ObjectKey(.configMaps, namespace: "default", name: name) }

    private func make(_ name: String, in store: ObjectStore) throws {
        try store.create(["metadata": ["name": .string(name)]], in: .configMaps, namespace: "default")
    }

    /// Puts a full disk in place of the journal that this process has open in a folder.
    private func fill(_ folder: String) throws {
        let full = open("/dev/full", O_RDWR)
        defer { close(full) }
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        let journals = files.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == "\(folder)/journal"
        }
        try #require(full >= 0 && journals.count == 1)
        try #require(dup2(full, journals[0]) >= 0)
    }

    @Test func `a write that cannot be kept is refused, as all after it; what was answered is kept`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }  // Only a temporary folder.
        do {
            let store = try ObjectStore(directory: directory)
            try make("kept", in: store)
            try fill(directory)
            for name in ["first", "second"] {
                let error = #expect(throws: APIError.self) { try make(name, in: store) }
                #expect(error?.code == 500)
                #expect(error?.message.contains("No space left on device") == true, "\(String(describing: error))")
            }
            #expect(throws: APIError.self) { try store.update(key("kept")) { $0["data"] = ["a": "1"] } }
            #expect(throws: APIError.self) { try store.delete(key("kept")) }
        }
        let store = try ObjectStore(directory: directory)
        #expect(store.get(key("kept")) != nil && store.get(key("kept"))?["data"] == nil)
        #expect(store.get(key("first")) == nil)
    }

    @Test func `a cluster that starts on a full disk says so`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }  // Only a temporary folder.
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory)/journal", withDestinationPath: "/dev/full")
        let error = #expect(throws: APIError.self) { try ObjectStore(directory: directory) }
        #expect(error?.message.contains("No space left on device") == true)
    }

    @Test func `a cluster that can keep nothing any more ends with its pods, and says why`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }  // Only a temporary folder.
        let image = "\(directory)/images/sleeper/1"
        try FileManager.default.createDirectory(atPath: image, withIntermediateDirectories: true)
        try "#!/bin/sh\nexec sleep 600\n".write(toFile: "\(image)/run", atomically: true, encoding: .utf8)
        chmod("\(image)/run", 0o755)
        var log = Logger(label: "dev-cluster")
        log.logLevel = .critical
        let cluster = try await LocalCluster(
            options: DevClusterOptions(dataDirectory: "\(directory)/data", imagesDirectory: "\(directory)/images"),
            log: log)
        let pods = "\(directory)/data/node/pods"
        let group = cluster.group(log: log)
        // Ends by itself; of no other task, so that what it ends with can be looked at.
        let run = Task { try await group.run() }
        defer { run.cancel() }
        let pod: JSONValue = [
            "metadata": ["name": "sleeper"], "spec": ["containers": [["name": "main", "image": "sleeper:1"]]],
        ]
        try cluster.store.create(pod, in: .pods, namespace: "default")
        let isRunning = try await eventually(within: .seconds(60)) {
            ProcessTree.sandboxes(naming: pods).isEmpty ? nil : true
        }
        #expect(isRunning == true)
        try fill("\(directory)/data/objects")
        #expect(throws: APIError.self) { try make("any", in: cluster.store) }
        let error = await #expect(throws: StoreLost.self) { try await run.value }
        #expect(error?.description.contains("No space left on device") == true)
        #expect(ProcessTree.sandboxes(naming: pods) == [])
    }
}
