import Foundation
import Logging

/// The database image: its program, and a prepared empty data folder that makes new clusters quick.
struct PostgresImage: Sendable {
    /// Where PostgreSQL's server programs are; `nil` when it is not installed.
    static func findPrograms() -> String? {
        let root = "/usr/lib/postgresql"
        // Newest first; missing when PostgreSQL is not installed.
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
            .compactMap { Int($0) }.sorted(by: >)
        return versions.map { "\(root)/\($0)/bin" }.first {
            FileManager.default.isExecutableFile(atPath: "\($0)/postgres")
        }
    }

    /// The folder of the image.
    let directory: String
    /// The user that PostgreSQL runs as, which must not be root; `nil` for the one of this process.
    let user: Int?
    private let programs: String?

    /// Lays out the image.
    init(directory: String) throws {
        self.directory = directory
        programs = Self.findPrograms()
        user = getuid() == 0 ? getpwnam("postgres").map { Int($0.pointee.pw_uid) } : nil
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let missing = "#!/bin/sh\necho 'PostgreSQL is not installed: apt-get install postgresql' >&2\nexit 1\n"
        let text = programs.map { PostgresProgram.text.replacingOccurrences(of: "@BIN@", with: $0) } ?? missing
        try text.write(toFile: "\(directory)/run", atomically: true, encoding: .utf8)
        chmod("\(directory)/run", 0o755)
    }

    /// Makes the empty data folder, if it is not there. Until then clusters make their own.
    func prepareTemplate(in sandbox: Sandbox, logger: Logger) async {
        // Not cancelled half-way, so that nothing of it runs or writes any longer when this returns.
        await Task { await makeTemplate(in: sandbox, logger: logger) }.value
    }

    private func makeTemplate(in sandbox: Sandbox, logger: Logger) async {
        let template = "\(directory)/template"
        guard let programs, sandbox.isIsolating, !FileManager.default.fileExists(atPath: template) else { return }
        let draft = "\(directory)/draft"
        do {
            try? FileManager.default.removeItem(atPath: draft)  // Of an attempt that was interrupted, if any.
            for folder in ["data", "tmp"] {
                try FileManager.default.createDirectory(
                    atPath: "\(draft)/\(folder)", withIntermediateDirectories: true)
                chmod("\(draft)/\(folder)", 0o777)
            }
            let plan = ContainerPlan(
                command: [
                    "\(programs)/initdb", "-D", "/mnt/template", "-U", "postgres", "--auth=trust", "--no-sync",
                    "--encoding=UTF8", "--locale=C",
                ], environment: ["PATH": "/usr/bin:/bin"], imageDirectory: directory,
                mounts: [.init(source: "\(draft)/data", target: "/mnt", isReadOnly: false)],
                temporaryDirectory: "\(draft)/tmp", hostsFile: "/etc/hosts", hostname: "initdb", user: user)
            let output = OutputBuffer(limit: 16_384)
            let process = ContainerProcess(isIsolated: true)
            let exit = try await process.run(sandbox.launch(plan), environment: plan.environment) { output.append($0) }
            guard exit.exitCode == 0 else {
                return logger.warning("Empty database folder not prepared", metadata: ["error": "\(output.text)"])
            }
            try FileManager.default.moveItem(atPath: "\(draft)/data/template", toPath: template)
            try FileManager.default.removeItem(atPath: draft)
        } catch {
            logger.warning("Empty database folder not prepared", metadata: ["error": "\(error)"])
        }
    }
}
