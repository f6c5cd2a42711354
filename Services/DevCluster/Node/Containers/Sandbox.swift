import Foundation
import Subprocess
import SystemPackage

/// How programs are kept apart: in bubblewrap sandboxes with their own processes, temporary folder and view of the
/// files, or, where bubblewrap does not work, as plain processes. Either way they end with this process.
struct Sandbox: Sendable {
    /// A program to start, by its path.
    struct Launch: Sendable {
        var program: String
        var arguments: [String]
    }

    /// Parts of `/etc` that programs need: users, certificates, the linker's and the resolver's settings.
    private static let settings = [
        "alternatives", "ca-certificates", "group", "host.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
        "localtime", "mime.types", "nsswitch.conf", "passwd", "pki", "postgresql-common", "protocols", "python3",
        "services", "ssl", "timezone",
    ]

    /// `nil` for plain processes.
    private let bubblewrap: String?
    private let isRoot = getuid() == 0
    private let fixed: [String]

    /// The names of the programs that start others so, by which their processes are found.
    static let programs: Set<String> = ["bwrap", "setpriv"]

    /// Whether programs are kept apart.
    var isIsolating: Bool { bubblewrap != nil }

    /// - Parameter bubblewrap: the program, if it is to be used.
    init(bubblewrap: String?) {
        self.bubblewrap = bubblewrap
        var arguments = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
        for folder in ["/usr", "/opt", "/nix"] where FileManager.default.fileExists(atPath: folder) {
            arguments += ["--ro-bind", folder, folder]
        }
        for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64"] {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder) {
                arguments += ["--symlink", target, folder]
            } else if FileManager.default.fileExists(atPath: folder) {
                arguments += ["--ro-bind", folder, folder]
            }
        }
        arguments += ["--dir", "/etc"]
        for name in Self.settings { arguments += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"] }
        arguments += ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]
        arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/var"]
        arguments += ["--symlink", "../run", "/var/run", "--dir", "/var/tmp", "--dir", "/home"]
        fixed = arguments
    }

    /// bubblewrap, if it is installed and this system lets it make sandboxes.
    static func findBubblewrap() async -> String? {
        let candidates = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"]
        guard let path = candidates.first(where: FileManager.default.isExecutableFile) else { return nil }
        // It may be there and yet be kept from making sandboxes, as in many containers.
        let probe = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"],
            output: .discarded, error: .discarded)
        return probe?.terminationStatus.isSuccess == true ? path : nil
    }

    /// How to start a plan's program, or another command in the same surroundings.
    func launch(_ plan: ContainerPlan, command: [String]? = nil) -> Launch {
        let program = asUser(plan) + (command ?? plan.command)
        guard let bubblewrap else {
            let folder = plan.workingDirectory ?? plan.imageDirectory
            return Launch(
                program: "/usr/bin/setpriv", arguments: ["--pdeathsig", "KILL", "env", "-C", folder] + program)
        }
        var arguments = fixed + ["--hostname", plan.hostname, "--ro-bind", plan.imageDirectory, "/app"]
        arguments += ["--bind", plan.temporaryDirectory, "/tmp"]
        arguments += ["--ro-bind", plan.hostsFile, "/etc/hosts"]
        for mount in plan.mounts {
            arguments += Self.ancestors(of: mount.target).flatMap { ["--dir", $0] }
            arguments += [mount.isReadOnly ? "--ro-bind" : "--bind", mount.source, mount.target]
        }
        arguments += ["--chdir", plan.workingDirectory ?? "/app", "--"]
        return Launch(program: bubblewrap, arguments: arguments + program)
    }

    /// The path by which a plan's program finds its image's own program.
    func entrypoint(of imageDirectory: String) -> String {
        isIsolating ? "/app/run" : "\(imageDirectory)/run"
    }

    /// The folders above a mount that bubblewrap would otherwise make for root alone.
    private static func ancestors(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        let folders = parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
        let isElsewhere = ["app", "usr", "opt", "nix", "proc", "bin", "lib"].contains { parts.first == $0[...] }
        return isElsewhere ? [] : folders
    }

    private func asUser(_ plan: ContainerPlan) -> [String] {
        guard isRoot, let user = plan.user, user != 0 else { return [] }
        return [
            "setpriv", "--reuid=\(user)", "--regid=\(plan.group ?? user)", "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all",
        ]
    }
}
