import Foundation
import KubernetesClient
import Synchronization

/// The output of one run of a container: a file of lines with their times, in the format of the container runtimes,
/// and those who read along. The file is limited; one older part is kept.
final class ContainerLog: Sendable {
    private struct Reader {
        var read: @Sendable ([UInt8], Bool) -> Void
        var ended: @Sendable () -> Void
    }

    private struct State {
        var file: FileHandle?
        var size = 0
        var partial: [UInt8] = []
        var readers: [Int: Reader] = [:]
        var nextReader = 0
        var isClosed = false
    }

    private let state: Mutex<State>
    private let path: String
    private let limit: Int

    /// Begins an empty log.
    ///
    /// - Parameter limit: bytes after which a new part begins.
    init(path: String, limit: Int = 8 << 20) throws {
        self.path = path
        self.limit = limit
        try Data().write(to: URL(fileURLWithPath: path))
        state = Mutex(State(file: try FileHandle(forWritingTo: URL(fileURLWithPath: path))))
    }

    /// Appends output; a line without its end waits for it.
    func write(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            state.partial.append(contentsOf: bytes)
            var lines: [UInt8] = []
            var start = state.partial.startIndex
            let stamp = Self.stamp()
            while let end = state.partial[start...].firstIndex(of: UInt8(ascii: "\n")) {
                lines += stamp + state.partial[start...end]
                start = end + 1
            }
            state.partial.removeSubrange(..<start)
            if state.partial.count > 16_384 {
                lines += stamp + state.partial + [UInt8(ascii: "\n")]
                state.partial = []
            }
            append(lines, &state)
        }
    }

    /// Ends the log, and the reading along.
    func close() {
        let readers = state.withLock { state in
            if !state.partial.isEmpty { append(Self.stamp() + state.partial + [UInt8(ascii: "\n")], &state) }
            state.partial = []
            // Everything was handed to the system by write(2); closing adds nothing that could be lost.
            try? state.file?.close()
            state.file = nil
            state.isClosed = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.ended() }
    }

    /// Hands on what was written up to now, and all that follows until the log ends.
    ///
    /// - Parameters:
    ///   - read: takes output, first all that there is with `true`, then what follows with `false`; must not wait.
    ///   - ended: called when nothing follows.
    /// - Returns: ends the reading.
    func follow(
        _ read: @escaping @Sendable ([UInt8], Bool) -> Void, ended: @escaping @Sendable () -> Void
    ) -> @Sendable () -> Void {
        let id = state.withLock { state -> Int? in
            read(Self.contents(path), true)
            guard !state.isClosed else { return nil }
            state.nextReader += 1
            state.readers[state.nextReader] = Reader(read: read, ended: ended)
            return state.nextReader
        }
        guard let id else {
            ended()
            return {}
        }
        return { [weak self] in self?.state.withLock { _ = $0.readers.removeValue(forKey: id) } }
    }

    /// All that a log's file holds, its older part first.
    static func contents(_ path: String) -> [UInt8] {
        [path + ".1", path].flatMap { FileManager.default.contents(atPath: $0).map(Array.init) ?? [] }
    }

    private func append(_ lines: [UInt8], _ state: inout State) {
        guard !lines.isEmpty, let file = state.file else { return }
        if state.size + lines.count > limit {
            rename(path, path + ".1")
            // Without a file to write to, the output goes on to those who read along only.
            try? file.close()
            try? Data().write(to: URL(fileURLWithPath: path))
            state.file = try? FileHandle(forWritingTo: URL(fileURLWithPath: path))
            state.size = 0
        }
        state.size += lines.count
        // A full disk must not stop the program whose output this is.
        try? state.file?.write(contentsOf: Data(lines))
        for reader in state.readers.values { reader.read(lines, false) }
    }

    private static func stamp() -> [UInt8] {
        Array((Timestamp.formatMicroseconds(Date()).dropLast() + "000Z stdout F ").utf8)
    }
}
