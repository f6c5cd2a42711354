import Foundation
import Synchronization

/// The programs of running pods, to tell which of them has opened a connection: on the loopback interface a
/// connection's address does not say it.
final class PodPrograms: Sendable {
    private struct Entry {
        var pod: ObjectName
        var process: ContainerProcess
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// Knows a program until `remove`.
    func add(_ process: ContainerProcess, of pod: ObjectName) {
        entries.withLock { $0[ObjectIdentifier(process)] = Entry(pod: pod, process: process) }
    }

    func remove(_ process: ContainerProcess) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(process)) }
    }

    /// The pod that holds a socket, or `nil` where no pod's program does.
    func owner(ofSocket inode: Int) -> ObjectName? {
        let name = "socket:[\(inode)]"
        return entries.withLock { Array($0.values) }.first { entry in
            entry.process.processID.map { Self.holds(name, under: $0) } ?? false
        }?.pod
    }

    private static func holds(_ socket: String, under process: Int32) -> Bool {
        let folder = "/proc/\(process)/fd"
        // Empty when the process has ended meanwhile.
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let isHolder = descriptors.contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == socket
        }
        return isHolder || ProcessTree.children(of: process).contains { holds(socket, under: $0) }
    }
}
