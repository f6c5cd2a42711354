import Foundation

/// Reads from `/proc` which processes belong together.
enum ProcessTree {
    /// The processes that a process started and that still live.
    static func children(of parent: Int32) -> [Int32] {
        descendants(of: parent, in: parents(), deep: false)
    }

    /// The programs inside of a sandbox: what its first process started.
    static func programs(inSandbox outer: Int32) -> [Int32] {
        let parents = parents()
        return descendants(of: outer, in: parents, deep: false).flatMap {
            descendants(of: $0, in: parents, deep: false)
        }
    }

    /// The memory that a process and all below it hold, in bytes; pages that they share count for each.
    static func residentBytes(under root: Int32) -> Int {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        return ([root] + descendants(of: root, in: parents(), deep: true)).reduce(0) { sum, process in
            let fields = text("/proc/\(process)/statm").split(separator: " ")
            // Resident without what is shared, as far as the system tells it apart.
            guard fields.count > 2, let resident = Int(fields[1]), let shared = Int(fields[2]) else { return sum }
            return sum + max(0, resident - shared) * page
        }
    }

    /// The processes whose command line names a folder.
    static func processes(naming folder: String) -> [Int32] {
        parents().keys.filter { $0 != getpid() && text("/proc/\($0)/cmdline").contains(folder) }
    }

    private static func descendants(of root: Int32, in parents: [Int32: Int32], deep: Bool) -> [Int32] {
        let direct = parents.filter { $0.value == root }.map(\.key)
        return deep ? direct + direct.flatMap { descendants(of: $0, in: parents, deep: true) } : direct
    }

    /// Every process that is not a zombie, with its parent.
    private static func parents() -> [Int32: Int32] {
        // Without /proc there are no sandboxes, and nothing asks.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var parents: [Int32: Int32] = [:]
        for process in names.compactMap({ Int32($0) }) {
            // `pid (name) state parent …`; the name may hold anything.
            let line = text("/proc/\(process)/stat")
            guard let end = line.lastIndex(of: ")") else { continue }
            let fields = line[line.index(after: end)...].split(separator: " ")
            guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { continue }
            parents[process] = parent
        }
        return parents
    }

    /// Empty when the process has ended meanwhile.
    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
