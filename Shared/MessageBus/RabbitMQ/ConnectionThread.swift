import CRabbitMQ
import Foundation
import Synchronization

/// The executor of one connection's actor: a thread that runs the actor's jobs and, between them, waits for the socket.
///
/// librabbitmq blocks, and a connection belongs to one thread; Swift's own threads must never wait. So each connection
/// has a thread of its own, which sleeps in `poll` on the socket and on an `eventfd` that new jobs signal.
final class ConnectionThread: SerialExecutor {
    private let mailbox: Mailbox

    init(name: String) {
        mailbox = Mailbox()
        mailbox.executor.withLock { $0.value = self }
        let thread = Thread { [mailbox] in mailbox.run() }
        thread.name = name
        thread.start()
    }

    deinit { mailbox.end() }

    func enqueue(_ job: consuming ExecutorJob) { mailbox.enqueue(UnownedJob(job)) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Ends the current or next wait early. May be called from any thread.
    func wake() { mailbox.wake() }

    /// Resumes the continuation when the socket is readable (or writable, where asked), at the deadline, or on ``wake()``.
    ///
    /// Called on this thread only, at most one wait at a time.
    func wait(_ wait: SocketWait) { mailbox.park(wait) }

    /// When the work that the thread is busy with began, in nanoseconds of the monotonic clock; 0 while it waits.
    var busySince: UInt64 { mailbox.busySince.load(ordering: .relaxed) }
}

/// What a connection's actor waits for.
struct SocketWait {
    /// The socket, or -1 to wait for the deadline alone.
    var socket: Int32
    var wantsOutput: Bool
    var deadline: ContinuousClock.Instant
    var continuation: UnsafeContinuation<Void, Never>
}

/// The part of a connection's thread that outlives its executor until the thread has noticed.
private final class Mailbox: @unchecked Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isSleeping = false
        var isWoken = false
        var hasEnded = false

        /// Whether the thread sleeps and has to be notified, which only the first to ask does.
        mutating func takeSleeping() -> Bool {
            defer { isSleeping = false }
            return isSleeping
        }
    }

    struct WeakExecutor { weak var value: ConnectionThread? }

    let executor = Mutex(WeakExecutor())
    let busySince = Atomic<UInt64>(0)
    private let state = Mutex(State())
    private let signal = crabbitmq_eventfd()
    // Touched on the thread only, hence unchecked.
    private var parked: SocketWait?

    deinit { close(signal) }

    func enqueue(_ job: UnownedJob) {
        let isSleeping = state.withLock {
            $0.jobs.append(job)
            return $0.takeSleeping()
        }
        if isSleeping { notify() }
    }

    func wake() {
        let isSleeping = state.withLock {
            $0.isWoken = true
            return $0.takeSleeping()
        }
        if isSleeping { notify() }
    }

    func end() {
        state.withLock { $0.hasEnded = true }
        notify()
    }

    func park(_ wait: SocketWait) { parked = wait }

    func run() {
        var jobs: [UnownedJob] = []
        while true {
            state.withLock { swap(&jobs, &$0.jobs) }
            if !jobs.isEmpty {
                // Jobs keep their actor, and so the executor, alive until they have run.
                guard let executor = executor.withLock({ $0.value }) else { return }
                busySince.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
                for job in jobs { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
                jobs.removeAll(keepingCapacity: true)
                busySince.store(0, ordering: .relaxed)
            }
            if !waitForEvents() { return }
        }
    }

    /// Waits for a job, the parked wait's socket or its deadline. `false` when the thread is to end.
    private func waitForEvents() -> Bool {
        let isParked = parked != nil
        let (mayBlock, hasEnded) = state.withLock {
            $0.isSleeping = $0.jobs.isEmpty && !($0.isWoken && isParked) && !$0.hasEnded
            return ($0.isSleeping, $0.hasEnded && $0.jobs.isEmpty)
        }
        if hasEnded { return false }
        var descriptors = [pollfd(fd: signal, events: Int16(POLLIN), revents: 0)]
        var timeout: Int32 = -1
        if let parked {
            if parked.socket >= 0 {
                let events = Int16(POLLIN) | (parked.wantsOutput ? Int16(POLLOUT) : 0)
                descriptors.append(pollfd(fd: parked.socket, events: events, revents: 0))
            }
            timeout = Self.milliseconds(until: parked.deadline)
        }
        _ = poll(&descriptors, nfds_t(descriptors.count), mayBlock ? timeout : 0)
        if descriptors[0].revents != 0 {
            var count: UInt64 = 0
            _ = read(signal, &count, MemoryLayout<UInt64>.size)
        }
        let isWoken = state.withLock {
            $0.isSleeping = false
            return $0.isWoken
        }
        if let parked {
            let isSocketReady = descriptors.count > 1 && descriptors[1].revents != 0
            if isSocketReady || isWoken || parked.deadline <= .now {
                state.withLock { $0.isWoken = false }
                self.parked = nil
                parked.continuation.resume()
            }
        }
        return true
    }

    private func notify() {
        var one: UInt64 = 1
        _ = write(signal, &one, MemoryLayout<UInt64>.size)
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let remaining = (deadline - .now) / .milliseconds(1)
        return Int32(max(0, min(remaining.rounded(.up), 60_000)))
    }
}
