import Dispatch
import Foundation
import Synchronization

/// The `/etc/hosts` that pods see, one file a namespace: short names of the namespace's own Services, qualified names
/// of all. Files are rewritten in place, because running sandboxes have them mounted.
final class HostsFiles: Sendable {
    /// One name with its addresses.
    struct Entry: Sendable, Equatable {
        var namespace: String
        /// The name within the namespace: a Service's, or `<host>.<service>`.
        var name: String
        var addresses: [String]
    }

    private struct State {
        var entries: [ObjectName: [Entry]] = [:]
        /// Namespaces with pods: only theirs are written.
        var namespaces: [String: Int] = [:]
        var isWriteDue = false
    }

    private let state = Mutex(State())
    private let directory: String

    init(directory: String) throws {
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Sets what the names of one Service lead to; `nil` when it is gone.
    func set(_ service: ObjectName, _ entries: [Entry]?) {
        state.withLock { state in
            guard state.entries[service] != entries else { return }
            state.entries[service] = entries
            guard !state.isWriteDue else { return }
            // Changes come in bursts, and each concerns the files of all namespaces.
            state.isWriteDue = true
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) { [weak self] in self?.writeAll() }
        }
    }

    private func writeAll() {
        state.withLock { state in
            state.isWriteDue = false
            for namespace in state.namespaces.keys { write(namespace, state) }
        }
    }

    /// The file of a namespace, written until `release`.
    func retain(_ namespace: String) -> String {
        state.withLock { state in
            state.namespaces[namespace, default: 0] += 1
            if state.namespaces[namespace] == 1 { write(namespace, state) }
        }
        return path(namespace)
    }

    /// Says that a pod of the namespace is gone.
    func release(_ namespace: String) {
        state.withLock { state in
            guard let count = state.namespaces[namespace] else { return }
            state.namespaces[namespace] = count > 1 ? count - 1 : nil
            if count == 1 { unlink(path(namespace)) }
        }
    }

    private func path(_ namespace: String) -> String { "\(directory)/\(namespace)" }

    private func write(_ namespace: String, _ state: State) {
        var text = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"
        for entry in state.entries.values.joined() {
            let name = "\(entry.name).\(entry.namespace)"
            let short = entry.namespace == namespace ? " \(entry.name)" : ""
            for address in entry.addresses {
                text += "\(address) \(name).svc.cluster.local \(name).svc \(name)\(short)\n"
            }
        }
        // Written over the old text and then cut, so that a reader never finds the file empty.
        let file = open(path(namespace), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let written = bytes[done...].withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(done)) }
            guard written > 0 else { return }
            done += written
        }
        ftruncate(file, off_t(bytes.count))
    }
}
