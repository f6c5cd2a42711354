import Foundation
import Logging
import Shared
import TestSupport
import Testing

@testable import DatabaseCloner

/// A production database on a development cluster, a preview that wants a copy of it, and db-cloner at work.
struct CloneSite: Sendable {
    let client: KubernetesClient
    let preview: PreviewReference
    let source: DatabaseReference
    let messages = PublishedMessages(service: "db-cloner")
    let handler: DatabaseRequestedHandler
    let cleanup: PreviewCleanup
    private let watcher: CloneWatcher

    /// Another preview that wants a copy of the same database, with the same db-cloner.
    func neighbour() async throws -> PreviewReference {
        let preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
        _ = try await client.create(
            KubernetesObject(
                type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview)),
            as: .namespaces)
        return preview
    }

    /// What a second db-cloner handles the requests with.
    func otherHandler() -> DatabaseRequestedHandler {
        let inspector = CloneInspector(cluster: "local", client: client)
        return DatabaseRequestedHandler(makers: [
            "local": CloneMaker(cluster: "local", client: client, settings: CloneSettings(), inspector: inspector)
        ])
    }

    /// Asks for a clone as the bus does, until that is accepted.
    func ask(for preview: PreviewReference, by handler: DatabaseRequestedHandler) async throws {
        var request = request
        request.preview = preview
        while true {
            do {
                return try await messages.deliver(request, to: handler)
            } catch let later as TryLater {
                try await Task.sleep(for: later.after / 10)
            }
        }
    }

    /// Makes the preview's namespace and a source with a name of its own.
    init(generation: Int = 1) async throws {
        let name = "shop-\(UUID().uuidString.lowercased().prefix(8))"
        client = try await DevClusterProcess.shared().client(fieldManager: "understudy-db-cloner")
        preview = PreviewReference(
            id: .random(), organization: .default, cluster: "local", generation: generation)
        source = DatabaseReference(namespace: name, cluster: "orders-db")
        let inspector = CloneInspector(cluster: "local", client: client)
        let maker = CloneMaker(cluster: "local", client: client, settings: CloneSettings(), inspector: inspector)
        handler = DatabaseRequestedHandler(makers: ["local": maker])
        let logger = Logger(label: "test")
        cleanup = PreviewCleanup(
            scope: .clones(stuckAfter: .seconds(60)), clients: ["local": client], logger: logger)
        watcher = CloneWatcher(inspector: inspector, publisher: messages, resync: .seconds(30), logger: logger)
        for namespace in [
            KubernetesObject(type: .namespaces, name: source.namespace),
            KubernetesObject(
                type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview)),
        ] { _ = try await client.create(namespace, as: .namespaces) }
    }

    var request: DatabaseRequested {
        DatabaseRequested(preview: preview, database: PreviewDatabase(name: source.cluster, source: source))
    }

    /// What was said of this preview; the cluster has those of other tests as well.
    func said<Payload: PreviewMessagePayload>(_ type: Payload.Type) -> [Payload] {
        messages.all(type).filter { $0.preview.id == preview.id }
    }

    /// Runs db-cloner beside the body, and removes the namespaces afterwards.
    func run(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watcher.run() }
            group.addTask { try await cleanup.run() }
            try await body()
            group.cancelAll()
        }
        for namespace in [source.namespace, preview.namespace] {
            try await client.delete(.namespaces, name: namespace)
        }
    }

    /// Starts the source, and returns when it is healthy.
    ///
    /// - Parameter parameters: settings of its server.
    func startSource(_ parameters: [String: String] = [:]) async throws {
        var cluster = KubernetesObject(type: .postgresClusters, name: source.cluster, namespace: source.namespace)
        cluster.spec = [
            "instances": 1, "storage": ["size": "1Gi"],
            "bootstrap": ["initdb": ["database": "orders", "owner": "clerk"]],
            "postgresql": ["parameters": JSONValue(parameters)],
        ]
        _ = try await client.create(cluster, as: .postgresClusters)
        let isHealthy = try await eventually(within: .seconds(90)) {
            try await client.get(.postgresClusters, name: source.cluster, namespace: source.namespace).flatMap {
                SourceCluster($0, on: "local").problem == nil ? true : nil
            }
        }
        try #require(isHealthy == true, "the source database does not start")
    }

    /// Runs SQL as the application of a cluster in a namespace, and returns what it says.
    @discardableResult
    func sql(_ text: String, in namespace: String) async throws -> String {
        let secret = try #require(
            try await client.get(.secrets, name: "\(source.cluster)-app", namespace: namespace))
        let service = try #require(
            try await client.get(.services, name: "\(source.cluster)-rw", namespace: namespace))
        func value(_ key: String) throws -> String {
            let data = try #require(secret["data"][key].string.flatMap { Data(base64Encoded: $0) })
            return String(decoding: data, as: UTF8.self)
        }
        let address = try #require(service.spec["clusterIP"].string)
        // A Service takes connections a moment after its pod is ready.
        let isReached = try await eventually { try PostgresShell.isReached(host: address) ? true : nil }
        try #require(isReached == true, "nobody answers at \(address)")
        return try PostgresShell.run(
            text, host: address, user: try value("username"), password: try value("password"),
            database: try value("dbname"))
    }
}

extension CloneSite {
    /// Takes connections of the replication kind from the source while the body runs, as backups and replicas do.
    func withSenders(_ count: Int, _ body: () async throws -> Void) async throws {
        let secret = try #require(
            try await client.get(.secrets, name: "\(source.cluster)-replication", namespace: source.namespace))
        let service = try #require(
            try await client.get(.services, name: "\(source.cluster)-rw", namespace: source.namespace))
        let address = try #require(service.spec["clusterIP"].string)
        let folder = FileManager.default.temporaryDirectory.appending(path: "senders-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for key in ["tls.crt", "tls.key"] {
            let data = try #require(secret["data"][key].string.flatMap { Data(base64Encoded: $0) })
            let path = folder.appending(path: key).path
            try #require(
                FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600]))
        }
        let senders = try (0..<count).map { _ in
            try PostgresShell.Session(
                "host=\(address) user=streaming_replica replication=true sslmode=require"
                    + " sslcert=\(folder.path)/tls.crt sslkey=\(folder.path)/tls.key connect_timeout=10")
        }
        defer { for sender in senders { sender.end() } }
        for sender in senders { try sender.ask("IDENTIFY_SYSTEM") }
        try await body()
    }
}

/// `psql`, run for real.
enum PostgresShell {
    fileprivate static func program(_ name: String) throws -> URL {
        let folder = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let newest = try #require(
            versions.max { (Int($0) ?? 0) < (Int($1) ?? 0) }, "\(folder) is missing: apt-get install postgresql")
        return URL(filePath: "\(folder)/\(newest)/bin/\(name)")
    }

    /// Whether a server takes connections there.
    static func isReached(host: String) throws -> Bool {
        let process = Process()
        process.executableURL = try program("pg_isready")
        process.arguments = ["-q", "-h", host]
        process.environment = ["PATH": "/usr/bin:/bin"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// A connection that stays.
    struct Session {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()

        init(_ connection: String) throws {
            process.executableURL = try PostgresShell.program("psql")
            process.arguments = ["-qtAX", connection]
            process.environment = ["PATH": "/usr/bin:/bin"]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            try process.run()
        }

        /// Returns when there is an answer to a command.
        func ask(_ command: String) throws {
            try input.fileHandleForWriting.write(contentsOf: Data("\(command);\n".utf8))
            let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            try #require(!answer.isEmpty && !answer.contains("error"), "\(answer)")
        }

        func end() {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    static func run(_ sql: String, host: String, user: String, password: String, database: String) throws -> String {
        let process = Process()
        process.executableURL = try program("psql")
        process.arguments = [
            "-qtAX", "-v", "ON_ERROR_STOP=1", "-c", sql,
            "host=\(host) user=\(user) dbname=\(database) sslmode=require connect_timeout=10",
        ]
        process.environment = ["PGPASSWORD": password, "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(text)")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
