import Foundation
import Synchronization

/// A program that a test runs beside itself. Nothing here blocks a thread.
final class Program: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let log: URL
    private let exit: ExitStatus
    private let identifier: Int32
    private let stopSignal: Int32

    /// Starts a program from PATH, or by its path.
    init(_ name: String, _ arguments: [String], in folder: URL? = nil, stopSignal: Int32 = SIGTERM) throws {
        let process = Process()
        let exit = ExitStatus()
        // A file, not a pipe: it fills without anybody reading.
        log = (folder ?? FileManager.default.temporaryDirectory).appendingPathComponent("output-\(UUID())")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { exit.report($0.terminationStatus) }
        try process.run()
        self.exit = exit
        self.stopSignal = stopSignal
        identifier = process.processIdentifier
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: log)  // It may have gone with its folder.
    }

    /// Runs a program to its end; fails where it does, naming it.
    static func run(_ name: String, _ arguments: [String], in folder: URL) async throws {
        let status = try await Program(name, arguments, in: folder).exit.wait()
        guard status == 0 else {
            throw Failure(description: "\(name) \(arguments.first ?? "") ended with \(status)")
        }
    }

    /// What the program has written so far.
    var output: String {
        String(decoding: FileManager.default.contents(atPath: log.path) ?? Data(), as: UTF8.self)
    }

    var isRunning: Bool { exit.status == nil }

    func stop() {
        if isRunning { kill(identifier, stopSignal) }
    }
}

/// How a program ended, for those who wait for that.
private final class ExitStatus: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    var status: Int32? { state.withLock { $0.status } }

    func report(_ status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }
}
