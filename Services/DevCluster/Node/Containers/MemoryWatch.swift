import Foundation
import ServiceLifecycle
import Synchronization

/// Ends programs that use more memory than their limit: looks at all of them together, once a second.
final class MemoryWatch: Service {
    private struct Entry {
        var process: ContainerProcess
        var limit: Int
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// Watches a program until `remove`.
    func add(_ process: ContainerProcess, limit: Int) {
        entries.withLock { $0[ObjectIdentifier(process)] = Entry(process: process, limit: limit) }
    }

    func remove(_ process: ContainerProcess) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(process)) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                // Ends early only by cancellation.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func look() async {
        let watched = entries.withLock { Array($0.values) }
        guard !watched.isEmpty else { return }
        let tree = ProcessTree()
        for entry in watched {
            guard let processID = entry.process.processID, tree.residentBytes(under: processID) > entry.limit else {
                continue
            }
            await entry.process.killForMemory()
        }
    }
}
