import Foundation
import KubernetesClient
import Logging
import Subprocess
import Testing

@testable import DevCluster

/// A cluster with all controllers and a node, in a folder of its own.
struct RunningNode: Sendable {
    let cluster: ClusterState
    let controllers: ControllerSet
    let directory: String

    /// Runs `body` with a cluster, then stops the cluster; nothing of it is left.
    static func run(
        images: [String: String] = [:], databases: Bool = false, keeping directory: String? = nil,
        store: ObjectStore? = nil,
        _ body: @escaping @Sendable (RunningNode) async throws -> Void
    ) async throws {
        let folder = directory ?? "/tmp/dev-cluster-tests-\(UUID().uuidString)"
        for (image, program) in images {
            let place = "\(folder)/images/\(image.split(separator: ":").joined(separator: "/"))"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try program.write(toFile: "\(place)/run", atomically: true, encoding: .utf8)
            chmod("\(place)/run", 0o755)
        }
        var logger = Logger(label: "dev-cluster")
        logger.logLevel = .warning
        let store = try store ?? ObjectStore()
        let controllers = try await ControllerSet(
            store: store,
            configuration: NodeConfiguration(
                directory: "\(folder)/node", imagesDirectory: "\(folder)/images",
                preparesDatabases: databases),
            logger: logger)
        let node = RunningNode(cluster: ClusterState(store), controllers: controllers, directory: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controllers.run() }
            do {
                try await body(node)
            } catch {
                node.dump()
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        if directory == nil { try FileManager.default.removeItem(atPath: folder) }
    }

    /// Waits until an object is as wanted; fails when it is not within the deadline.
    @discardableResult
    func wait(
        _ resource: Resource, _ namespace: String?, _ name: String, atMost limit: Duration = .seconds(60),
        _ what: Comment, until isWanted: @escaping @Sendable (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let stream = cluster.changes(resource)
        let found = await first(limit) {
            for await event in stream {
                let object = event.object
                guard event.type != .deleted, object.namespace == namespace, object.name == name else { continue }
                if isWanted(object) { return object }
            }
            return nil
        }
        return try #require(found, what)
    }

    /// Waits until an object is gone.
    func waitUntilGone(_ resource: Resource, _ namespace: String?, _ name: String) async throws {
        let stream = cluster.changes(resource)
        guard cluster.get(resource, namespace, name) != nil else { return }
        let gone = await first(.seconds(60)) { () -> JSONValue? in
            for await event in stream where event.type == .deleted {
                if event.object.namespace == namespace, event.object.name == name { return event.object }
            }
            return nil
        }
        try #require(gone != nil, "\(resource.plural) \(name) is gone")
    }

    /// Waits until a look gives a wanted result.
    func poll<Value: Sendable>(
        _ what: Comment, atMost limit: Duration = .seconds(60), _ look: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let value = try await look() { return value }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try #require(nil, what)
    }

    func pods(_ namespace: String, _ labels: [String: String] = [:]) -> [JSONValue] {
        cluster.list(.pods, namespace).filter { PodSelector(labels: labels).matches($0.labels) }
    }

    /// Processes that have the folder of this cluster, or this text, in their command line.
    func processes(mentioning text: String? = nil) -> [String] { Self.processes(mentioning: text ?? directory) }

    /// Processes that have a text in their command line.
    static func processes(mentioning wanted: String) -> [String] {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return ids.filter { Int32($0) != nil && $0 != "\(getpid())" }.compactMap { id in
            let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
            let command = String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            return command.contains(wanted) ? command : nil
        }
    }

    /// What a container has written in its present run.
    func log(_ namespace: String, _ pod: String) async -> String {
        var text = ""
        let parts = controllers.logs.logs(
            namespace: namespace, pod: pod, container: nil, tailLines: nil, previous: false, follow: false,
            sinceSeconds: nil, timestamps: false)
        for await part in parts { text += String(decoding: part, as: UTF8.self) }
        return text
    }

    /// The body that a URL answers with; `nil` when nothing answers.
    func fetch(_ url: String) async throws -> String? {
        let result = try await shell("curl", ["-s", "-m", "5", url])
        return result.exitCode == 0 ? result.output : nil
    }

    private func first(
        _ limit: Duration, _ search: @escaping @Sendable () async -> JSONValue?
    ) async -> JSONValue? {
        await withTaskGroup(of: JSONValue?.self) { group in
            group.addTask { await search() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func dump() {
        for event in cluster.list(.events) {
            print(
                event["involvedObject"]["name"]?.string ?? "", event["reason"]?.string ?? "",
                event["message"]?.string ?? "")
        }
        for pod in cluster.list(.pods) { print(pod.name, pod.status) }
    }
}

/// Runs a program of PATH to its end.
func shell(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
) async throws -> (exitCode: Int, output: String) {
    let result = try await Subprocess.run(
        .name(program), arguments: Arguments(arguments),
        environment: .inherit.updating(
            Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })),
        output: .string(limit: 1 << 20), error: .combinedWithOutput)
    guard case .exited(let code) = result.terminationStatus else { return (-1, result.standardOutput) }
    return (Int(code), result.standardOutput)
}
