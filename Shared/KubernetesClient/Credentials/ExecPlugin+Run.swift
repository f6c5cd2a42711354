import Foundation
import Subprocess
import SystemPackage

extension ExecPlugin {
    /// Runs the program and reads its answer.
    ///
    /// - Parameter deadline: how long it may take; it is then ended.
    func run(deadline: Duration) async throws -> ExecCredential {
        try await withThrowingTaskGroup(of: ExecCredential.self) { group in
            group.addTask { try await run() }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw ExecPluginFailure("it did not end within \(deadline)")
            }
            defer { group.cancelAll() }
            guard let credential = try await group.next() else { throw CancellationError() }
            return credential
        }
    }

    private func run() async throws -> ExecCredential {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))]
        do {
            let result = try await Subprocess.run(
                command.contains("/") ? .path(FilePath(command)) : .name(command), arguments: Arguments(arguments),
                environment: inherited, platformOptions: options, input: .none, output: .bytes(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            guard result.terminationStatus.isSuccess else {
                throw ExecPluginFailure(Self.describe(result.terminationStatus, result.standardError))
            }
            return try ExecCredential(result.standardOutput, apiVersion: apiVersion)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw ExecPluginFailure("it wrote more than 1 MiB")
        } catch let error as SubprocessError where [.executableNotFound, .spawnFailed].contains(error.code) {
            let remedy = installHint.map { Self.plain($0) } ?? "install it, or name its path"
            throw ExecPluginFailure("the program could not be started; \(remedy)")
        }
    }

    /// What the program is told: no terminal is there, and the cluster where the kubeconfig says so.
    private var inherited: Environment {
        var info: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": ["interactive": false],
        ]
        info["spec"]["cluster"] = cluster
        var changes: [Environment.Key: String?] = ["KUBERNETES_EXEC_INFO": info.description]
        for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
        return Environment.inherit.updating(changes)
    }

    private static func describe(_ status: TerminationStatus, _ output: String) -> String {
        // By convention plugins say there what a person has to do.
        let words = output.split(whereSeparator: \.isNewline).last.map { ": \(plain(String($0)))" } ?? ""
        return switch status {
        case .exited(let code): "it ended with status \(code)\(words)"
        default: "it was ended by a signal\(words)"
        }
    }

    /// Without control characters, which could change what a terminal shows, and not too long.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }).prefix(300))
    }
}
