import Foundation
import Logging
import ServiceLifecycle
import Subprocess
import Testing

@testable import DevCluster

/// A cluster that serves its API on a free port and runs no pods, with kubectl and Helm as its clients.
struct RunningCluster: Sendable {
    let store: ObjectStore
    let url: String
    let token: String
    let directory: String

    /// Runs `body` with a cluster of its own, then stops it in an orderly way.
    static func run(_ body: @escaping @Sendable (RunningCluster) async throws -> Void) async throws {
        let directory = "/tmp/dev-cluster-api-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // Nothing depends on it any longer.
        var log = Logger(label: "dev-cluster")
        log.logLevel = .warning
        let (listening, announce) = AsyncStream.makeStream(of: String.self)
        let cluster = try await LocalCluster(
            options: DevClusterOptions(dataDirectory: directory + "/data", kubeconfig: directory + "/kubeconfig"),
            log: log, onListening: { announce.yield($0) })
        let group = ServiceGroup(services: cluster.services, logger: log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                for await url in listening {
                    let running = RunningCluster(
                        store: cluster.store, url: url, token: cluster.credentials.adminToken, directory: directory)
                    let outcome = await Self.outcome { try await body(running) }
                    await group.triggerGracefulShutdown()
                    return try outcome.get()
                }
            }
            do {
                try await tasks.waitForAll()
            } catch {
                tasks.cancelAll()
                throw error
            }
        }
    }

    private static func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// What a program wrote, and how it ended.
    struct Output: Sendable {
        var text: String
        var errors: String
        var isSuccess: Bool
    }

    /// Runs kubectl or Helm against the cluster; fails the test when the program is missing.
    @discardableResult
    func run(
        _ program: String, _ arguments: [String], input: String = "", fails: Bool = false,
        location: SourceLocation = #_sourceLocation
    ) async throws -> Output {
        let output: Output
        do {
            let result = try await Subprocess.run(
                .name(program), arguments: Arguments(arguments),
                environment: environment,
                input: .string(input), output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
            output = Output(
                text: result.standardOutput, errors: result.standardError,
                isSuccess: result.terminationStatus.isSuccess)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            Issue.record("\(program) is not installed, or not on PATH", sourceLocation: location)
            throw error
        }
        if output.isSuccess == fails {
            Issue.record(
                "\(program) \(arguments.joined(separator: " ")): \(output.text)\(output.errors)",
                sourceLocation: location)
        }
        return output
    }

    /// Runs kubectl; returns what it wrote.
    @discardableResult
    func kubectl(
        _ arguments: String..., input: String = "", location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await run("kubectl", arguments, input: input, location: location).text
    }

    /// What kubectl writes, as it does; it is ended when nobody reads on.
    func output(of arguments: String...) -> AsyncThrowingStream<String, any Error> {
        AsyncThrowingStream { continuation in
            // Ended with the stream, by whoever reads it.
            let running = Task {
                do {
                    _ = try await Subprocess.run(
                        .name("kubectl"), arguments: Arguments(arguments), environment: environment, input: .none,
                        output: .sequence, error: .combinedWithOutput
                    ) { execution in
                        for try await chunk in execution.standardOutput {
                            continuation.yield(chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in running.cancel() }
        }
    }

    private var environment: Environment {
        .inherit.updating(["KUBECONFIG": directory + "/kubeconfig", "HOME": directory])
    }

    /// Runs kubectl, which is to fail; returns its complaint.
    @discardableResult
    func kubectlFails(
        _ arguments: String..., input: String = "", location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await run("kubectl", arguments, input: input, fails: true, location: location).errors
    }

    @discardableResult
    func helm(_ arguments: String..., location: SourceLocation = #_sourceLocation) async throws -> String {
        try await run("helm", arguments, location: location).text
    }

    /// Writes files below the cluster's folder; returns the folder that holds them.
    func write(_ files: [String: String], to folder: String) throws -> String {
        let root = "\(directory)/\(folder)"
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(root)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return root
    }
}
