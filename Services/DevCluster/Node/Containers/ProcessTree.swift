import Foundation

/// Which processes belong together, as `/proc` tells at one moment.
struct ProcessTree: Sendable {
    private let children: [Int32: [Int32]]

    /// Reads all processes that are no zombies.
    init() {
        var children: [Int32: [Int32]] = [:]
        for process in Self.processes {
            // `pid (name) state parent …`; the name may hold anything.
            let line = Self.text("/proc/\(process)/stat")
            guard let end = line.lastIndex(of: ")") else { continue }
            let fields = line[line.index(after: end)...].split(separator: " ", maxSplits: 2)
            guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { continue }
            children[parent, default: []].append(process)
        }
        self.children = children
    }

    /// The processes that a process started and that still live.
    func children(of parent: Int32) -> [Int32] { children[parent] ?? [] }

    /// The memory that a process and all below it hold for themselves, in bytes.
    func residentBytes(under root: Int32) -> Int {
        let fields = Self.text("/proc/\(root)/statm").split(separator: " ")
        var sum = 0
        if fields.count > 2, let resident = Int(fields[1]), let shared = Int(fields[2]) {
            sum = max(0, resident - shared) * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
        return children(of: root).reduce(sum) { $0 + residentBytes(under: $1) }
    }

    /// The processes that a process started and that still live, without a look at all others where the system can
    /// tell.
    static func children(of parent: Int32) -> [Int32] {
        let listed = FileManager.default.contents(atPath: "/proc/\(parent)/task/\(parent)/children")
        guard let listed else { return ProcessTree().children(of: parent) }
        return String(decoding: listed, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
    }

    /// The programs inside of a sandbox: what its first process started.
    static func programs(inSandbox outer: Int32) -> [Int32] {
        children(of: outer).flatMap { children(of: $0) }
    }

    /// The processes of sandboxes whose command line names something in a folder; never those of people who look at it.
    static func sandboxes(naming folder: String) -> [Int32] {
        processes.filter { process in
            let arguments = text("/proc/\(process)/cmdline").split(separator: "\0")
            let program = arguments.first?.split(separator: "/").last
            return program.map { Sandbox.programs.contains(String($0)) } == true
                && arguments.contains { $0.hasPrefix("\(folder)/") }
        }
    }

    private static var processes: [Int32] {
        // Without /proc there are no sandboxes, and nothing asks.
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// Empty when the process has ended meanwhile.
    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
