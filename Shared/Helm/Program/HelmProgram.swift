public import Foundation
public import KubernetesClient
import PreviewDomain
import Subprocess

/// The `helm` program (Helm 3), run against one cluster.
///
/// Values and charts hold secrets: they go to a directory that only the process's user can read and that is removed when
/// the program has ended. (Not through standard input: Subprocess ends the whole process by a failed precondition when a
/// program that it writes to has ended already.)
public struct HelmProgram: Sendable {
    let path: String
    let connection: HelmConnection
    let concurrency: HelmConcurrency
    let reachability: ReachabilityGate?
    let workDirectory: URL

    /// Creates a program; nothing is run yet.
    ///
    /// - Parameters:
    ///   - path: the program's absolute path, or its name, which is then looked up in `PATH`.
    ///   - connection: how it reaches the cluster.
    ///   - concurrency: bounds how many processes run at once; share one between all programs of a process.
    ///   - reachability: says whether the cluster can be reached; while it cannot, nothing is run, and what runs is ended.
    ///   - workDirectory: a directory for caches and charts; made where it is missing.
    public init(
        path: String = "helm", connection: HelmConnection, concurrency: HelmConcurrency,
        reachability: ReachabilityGate? = nil,
        workDirectory: URL = FileManager.default.temporaryDirectory.appendingPathComponent(
            "understudy-helm-\(getuid())")
    ) {
        self.path = path
        self.connection = connection
        self.concurrency = concurrency
        self.reachability = reachability
        self.workDirectory = workDirectory
    }

    /// Runs Helm and returns what it wrote to standard output.
    ///
    /// - Parameters:
    ///   - arguments: the subcommand and what follows it.
    ///   - deadline: how long it may take; it is then ended.
    func run(_ arguments: [String], deadline: Duration) async throws -> String {
        let command = arguments.first ?? ""
        let all = arguments + connection.arguments
        try checkReachability(command)
        return try await concurrency.withTurn(on: connection) {
            try checkReachability(command)
            return try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask { try await execute(command: command, arguments: all) }
                if let reachability {
                    group.addTask {
                        await reachability.untilUnreachable()
                        try Task.checkCancellation()
                        try checkReachability(command)
                        throw HelmFailure(kind: .unreachable, command: command, message: "the cluster went away")
                    }
                }
                group.addTask {
                    try await Task.sleep(for: deadline)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let output = first else {
                    throw HelmFailure(kind: .timedOut, command: command, message: "did not end within \(deadline)")
                }
                return output
            }
        }
    }

    private func checkReachability(_ command: String) throws {
        guard let current = reachability?.current, current.isUnreachable else { return }
        throw HelmFailure(
            kind: .clusterAway, command: command,
            message: "the cluster cannot be reached: \(current.problem ?? "it does not answer")")
    }

    private func execute(command: String, arguments: [String]) async throws -> String {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        do {
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), environment: environment, platformOptions: options,
                input: .none, output: .string(limit: Self.maximumOutput), error: .string(limit: Self.maximumOutput))
            guard result.terminationStatus.isSuccess else {
                throw HelmFailure(command: command, standardError: result.standardError)
            }
            return result.standardOutput
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw HelmFailure(
                kind: .programMissing, command: command,
                message: "there is no program \(path); install Helm 3 or set its path")
        }
    }

    /// Makes a directory for one run and removes it afterwards.
    func withDirectory<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let directory = workDirectory.appendingPathComponent("\(Self.ownPrefix)\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw HelmFailure(kind: .files, command: "", message: "\(directory.path) cannot be made: \(error)")
        }
        // What can't be removed lies in the temporary directory, readable by this user alone.
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory)
    }

    /// Removes what processes left behind that were killed while Helm ran. What can't be removed stays readable by this
    /// user alone.
    public func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workDirectory.path)) ?? []
        for name in names where name.hasPrefix(Self.runPrefix) && !name.hasPrefix(Self.ownPrefix) {
            guard let process = name.dropFirst(Self.runPrefix.count).split(separator: "-").first.flatMap({ pid_t($0) }),
                process == getpid() || kill(process, 0) != 0 && errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(at: workDirectory.appendingPathComponent(name))
        }
    }

    private static let runPrefix = "run-"
    /// Of this very process: one in a container that is started again often has the id of the one before.
    private static let ownPrefix = "\(runPrefix)\(getpid())-\(UUID().uuidString.prefix(8))-"
    private static let maximumOutput = 32 << 20

    private var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Caches are kept beside the charts, so that a read-only home directory does not matter.
    private var environment: Environment {
        var changes: [Environment.Key: String?] = [
            "HELM_CACHE_HOME": workDirectory.appendingPathComponent("cache").path,
            "HELM_CONFIG_HOME": workDirectory.appendingPathComponent("config").path,
            "HELM_DATA_HOME": workDirectory.appendingPathComponent("data").path,
            "KUBECACHEDIR": workDirectory.appendingPathComponent("kube-cache").path,
            "HELM_DRIVER": "secret", "HELM_NAMESPACE": nil, "HELM_KUBECONTEXT": nil,
        ]
        if let list = connection.kubeconfigList { changes["KUBECONFIG"] = list }
        if path.contains("/") {
            let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
                .joined(separator: "/")
            let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            changes["PATH"] = "\(directory):\(inherited)"
        }
        return Environment.inherit.updating(changes)
    }
}
