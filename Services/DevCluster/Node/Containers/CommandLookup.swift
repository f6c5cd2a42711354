import Foundation

/// Looks whether a plan's command is there before it is started, as a container runtime does: the sandbox's own
/// complaint would look like the program's.
struct CommandLookup {
    /// Why a program cannot be started, in a container runtime's words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let plan: ContainerPlan
    let isIsolated: Bool

    /// Throws where the command is surely missing or may not be executed.
    func check() throws(Failure) {
        guard let command = plan.command.first, !command.isEmpty else { return }
        if command.hasPrefix("/") {
            guard let file = place(of: command) else { return }
            guard FileManager.default.fileExists(atPath: file) else {
                throw failure("exec: \"\(command)\": stat \(command): no such file or directory")
            }
            guard FileManager.default.isExecutableFile(atPath: file) else {
                throw failure("exec: \"\(command)\": permission denied")
            }
        } else if !command.contains("/") {
            let path = plan.environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            let files = path.split(separator: ":").map { place(of: "\($0)/\(command)") }
            // A folder that cannot be looked into from outside may hold it.
            guard !files.contains(nil),
                !files.contains(where: { $0.map(FileManager.default.isExecutableFile) ?? false })
            else { return }
            throw failure("exec: \"\(command)\": executable file not found in $PATH")
        }
    }

    /// Where a program's file is on this machine; `nil` where that cannot be said.
    private func place(of path: String) -> String? {
        guard isIsolated else { return path }
        guard !plan.mounts.contains(where: { path.hasPrefix("\($0.target)/") || path == $0.target }) else { return nil }
        if path.hasPrefix("/app/") { return plan.imageDirectory + path.dropFirst("/app".count) }
        let shared = ["/usr/", "/bin/", "/sbin/", "/opt/", "/nix/"]
        return shared.contains { path.hasPrefix($0) } ? path : nil
    }

    private func failure(_ cause: String) -> Failure {
        Failure(
            description:
                "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
                + "create failed: unable to start container process: error during container init: \(cause): unknown")
    }
}
