import CCurl
import Foundation
import Synchronization

/// Drives all transfers of one client on a thread of its own.
///
/// `@unchecked Sendable`: `multi` and `transfers` are touched by the thread only, with the exception of
/// `curl_multi_wakeup`, which curl allows from any thread while the handle lives; it is cleaned up after `stop` has
/// closed the queue, under the queue's lock.
final class CurlDriver: @unchecked Sendable {
    private enum Command {
        case start(HTTPExchange)
        case signal(UInt64, HTTPExchange.Signal)
    }

    private struct Queue {
        var commands: [Command] = []
        var isClosed = false
        var isReleased = false
    }

    private let settings: HTTPConnectionSettings
    private let multi: UnsafeMutableRawPointer
    private let queue = Mutex(Queue())
    private let nextID = Atomic<UInt64>(0)
    private var transfers: [UInt64: CurlTransfer] = [:]
    /// When the first transfer may have been idle for too long; activity only puts that off.
    private var nextIdleCheck: ContinuousClock.Instant?

    /// curl's process-wide initialisation, once.
    private static let initialized: Bool = {
        guard curl_global_init_default() == CURLE_OK else { return false }
        // After OpenSSL's own registration just now, so it runs before OpenSSL is taken apart: a thread that still uses
        // it then ends the process with a crash instead.
        atexit { CurlDriver.stopAll() }
        return true
    }()
    private static let closed = TransportFailure(kind: .closed, detail: "the client was closed")
    /// Those whose threads have not ended.
    private static let running = Mutex<[ObjectIdentifier: CurlDriver]>([:])
    /// Is signalled when the thread has let go of curl.
    private let ended = DispatchSemaphore(value: 0)

    /// A running driver; `nil` where curl cannot be initialised.
    static func start(_ settings: HTTPConnectionSettings) -> CurlDriver? {
        guard initialized, let multi = curl_multi_init() else { return nil }
        _ = curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, 128)
        let driver = CurlDriver(settings: settings, multi: multi)
        let thread = Thread { driver.run() }
        thread.name = "kubernetes-http"
        thread.stackSize = 512 << 10
        running.withLock { $0[ObjectIdentifier(driver)] = driver }
        thread.start()
        return driver
    }

    private init(settings: HTTPConnectionSettings, multi: UnsafeMutableRawPointer) {
        self.settings = settings
        self.multi = multi
    }

    /// What the answer to a request will arrive in. Nothing is sent before ``start(_:)``.
    func exchange(for request: HTTPRequest) -> HTTPExchange {
        let id = nextID.add(1, ordering: .relaxed).newValue
        return HTTPExchange(id: id, request: request) { [weak self] in self?.enqueue(.signal(id, $0)) }
    }

    /// Sends an exchange's request, unless the exchange is over by then.
    func start(_ exchange: HTTPExchange) {
        if !enqueue(.start(exchange)) { exchange.finish(.failure(Self.closed)) }
    }

    /// Ends the thread and with it all transfers.
    func stop() {
        queue.withLock { queue in
            queue.isClosed = true
            if !queue.isReleased { _ = curl_multi_wakeup(multi) }
        }
    }

    private static func stopAll() {
        let drivers = running.withLock { Array($0.values) }
        for driver in drivers { driver.stop() }
        for driver in drivers { _ = driver.ended.wait(timeout: .now() + 1) }
    }

    @discardableResult
    private func enqueue(_ command: Command) -> Bool {
        queue.withLock { queue in
            guard !queue.isClosed else { return false }
            queue.commands.append(command)
            // Under the lock, so that the handle cannot be released in between.
            if queue.commands.count == 1 { _ = curl_multi_wakeup(multi) }
            return true
        }
    }
}

// MARK: The thread

extension CurlDriver {
    private func run() {
        while obeyCommands() {
            var running: Int32 = 0
            _ = curl_multi_perform(multi, &running)
            settleFinished()
            endIdle()
            _ = curl_multi_poll(multi, nil, 0, pollTimeout(), nil)
        }
        for transfer in transfers.values {
            _ = curl_multi_remove_handle(multi, transfer.easy)
            transfer.exchange.finish(.failure(Self.closed))
        }
        transfers = [:]
        queue.withLock { queue in
            queue.isReleased = true
            _ = curl_multi_cleanup(multi)
        }
        Self.running.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) }
        ended.signal()
    }

    /// Carries out what was asked for; `false` when the thread shall end.
    private func obeyCommands() -> Bool {
        let (commands, isClosed) = queue.withLock { queue in
            defer { queue.commands = [] }
            return (queue.commands, queue.isClosed)
        }
        for command in commands {
            switch command {
            case .start(let exchange): begin(exchange)
            case .signal(let id, .cancelled): end(id, CURLE_ABORTED_BY_CALLBACK)
            case .signal(let id, .resumed):
                transfers[id]?.resume()
                watchIdleness(of: transfers[id])
            }
        }
        return !isClosed
    }

    private func begin(_ exchange: HTTPExchange) {
        guard !exchange.isOver else { return }
        guard let transfer = CurlTransfer(exchange: exchange, settings: settings) else {
            return exchange.finish(.failure(TransportFailure(kind: .invalidRequest, detail: "out of memory")))
        }
        transfers[exchange.id] = transfer
        _ = curl_easy_setopt_pointer(
            transfer.easy, CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: UInt(exchange.id)))
        if curl_multi_add_handle(multi, transfer.easy) != CURLM_OK { end(exchange.id, CURLE_FAILED_INIT) }
        watchIdleness(of: transfer)
    }

    private func settleFinished() {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(multi, &waiting) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            var id: UnsafeMutableRawPointer?
            _ = curl_easy_getinfo_pointer(easy, CURLINFO_PRIVATE, &id)
            end(UInt64(UInt(bitPattern: id)), curl_message_result(message))
        }
    }

    private func end(_ id: UInt64, _ result: CURLcode) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        _ = curl_multi_remove_handle(multi, transfer.easy)
        transfer.finish(result)
    }

    private func watchIdleness(of transfer: CurlTransfer?) {
        guard let deadline = transfer?.idleDeadline else { return }
        nextIdleCheck = min(nextIdleCheck ?? deadline, deadline)
    }

    /// Ends transfers on which nothing came for too long: a connection can die without either side being told.
    private func endIdle() {
        let now = ContinuousClock.now
        guard let check = nextIdleCheck, check <= now else { return }
        let idle = transfers.filter { $0.value.idleDeadline.map { $0 <= now } ?? false }
        for id in idle.keys { end(id, CURLE_OPERATION_TIMEDOUT) }
        nextIdleCheck = transfers.values.compactMap(\.idleDeadline).min()
    }

    /// How long to sleep at most, in milliseconds; curl itself wakes up for its own timers and for commands.
    private func pollTimeout() -> Int32 {
        guard let nextIdleCheck else { return 60_000 }
        return Int32(clamping: min(60_000, (nextIdleCheck - .now).milliseconds))
    }
}
