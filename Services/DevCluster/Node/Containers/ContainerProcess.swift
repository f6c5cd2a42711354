import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// One run of a program with all processes that it starts.
final class ContainerProcess: Sendable {
    private struct State {
        var processID: Int32?
        var isOverMemory = false
        var isEnded = false
    }

    private let state = Mutex(State())
    private let isIsolated: Bool
    /// Set when the program runs, or never came to run.
    let started = Signal()
    /// Set when the program and all that it started are gone.
    let ended = Signal()

    init(isIsolated: Bool) {
        self.isIsolated = isIsolated
    }

    /// The id of the outermost process.
    var processID: Int32? { state.withLock { $0.isEnded ? nil : $0.processID } }

    /// Runs the program to its end. Cancellation kills it.
    ///
    /// - Parameter output: takes what the program writes.
    /// - Throws: when it cannot be started.
    func run(
        _ launch: Sandbox.Launch, environment: [String: String], output: @escaping @Sendable (Data) -> Void
    ) async throws -> ContainerExit {
        defer {
            state.withLock { $0.isEnded = true }
            started.set()
            ended.set()
        }
        return try await withTaskCancellationHandler {
            // A task of its own, so that cancellation does not reach it: it would end the outermost process only,
            // which in its first moments leaves the rest of the sandbox behind.
            try await Task { try await start(launch, environment, output) }.value
        } onCancel: {
            // A handler cannot wait.
            Task { await kill() }
        }
    }

    private func start(
        _ launch: Sandbox.Launch, _ environment: [String: String], _ output: @Sendable (Data) -> Void
    ) async throws -> ContainerExit {
        var options = PlatformOptions()
        // A session of its own, so that a signal reaches what the program starts, and nothing else.
        options.createSession = true
        let variables = Dictionary(
            environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
        ) { $1 }
        let result = try await Subprocess.run(
            .path(FilePath(launch.program)), arguments: Arguments(launch.arguments), environment: .custom(variables),
            platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            let processID = Int32(execution.processIdentifier.value)
            state.withLock { $0.processID = processID }
            started.set()
            for try await chunk in execution.standardOutput {
                output(chunk.withUnsafeBytes { Data($0) })
            }
            if !isIsolated { signal(-processID, SIGKILL) }
        }
        let wasOutOfMemory = state.withLock(\.isOverMemory)
        switch result.terminationStatus {
        case .exited(let code):
            let code = Int(code)
            return ContainerExit(
                exitCode: code, signal: code > 128 ? code - 128 : nil, wasOutOfMemory: wasOutOfMemory)
        case .signaled(let signal):
            return ContainerExit(
                exitCode: 128 + Int(signal), signal: Int(signal), wasOutOfMemory: wasOutOfMemory)
        }
    }

    /// Asks the program to end, and ends it and all that it started when the time is over.
    func terminate(grace: Duration) async {
        guard let processID else { return }
        if grace > .zero {
            if isIsolated {
                // A sandbox that is still coming about has nobody yet who could be asked.
                let began = ContinuousClock.now
                while ContinuousClock.now - began < grace {
                    let programs = ProcessTree.programs(inSandbox: processID)
                    for process in programs { signal(process, SIGTERM) }
                    if !programs.isEmpty { break }
                    if await ended.wait(atMost: .milliseconds(20)) { return }
                }
            } else {
                signal(-processID, SIGTERM)
            }
            if await ended.wait(atMost: grace) { return }
        }
        await kill()
    }

    /// Ends the program and all that it started, and waits until they are gone.
    func kill() async {
        // A task of its own: the caller's may be cancelled already, and this must be waited for.
        await Task {
            await started.wait()
            let began = ContinuousClock.now
            while let processID {
                // The first process of a sandbox takes all others with it; its parent then reports the end. Only a
                // sandbox that does not come to have one is ended by its parent.
                let inner = isIsolated ? ProcessTree.children(of: processID) : []
                for process in inner { signal(process, SIGKILL) }
                if !isIsolated {
                    signal(-processID, SIGKILL)
                } else if inner.isEmpty, ContinuousClock.now - began > .milliseconds(500) {
                    signal(processID, SIGKILL)
                }
                if await ended.wait(atMost: .milliseconds(10)) { return }
            }
        }.value
    }

    /// Ends the program because it uses more memory than it may.
    func killForMemory() async {
        state.withLock { $0.isOverMemory = true }
        await kill()
    }

    /// Sends a signal; to a process that has ended meanwhile it goes nowhere.
    private func signal(_ process: Int32, _ number: Int32) {
        _ = Foundation.kill(process, number)
    }
}
