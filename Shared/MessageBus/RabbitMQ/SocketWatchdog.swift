import Dispatch
import Foundation
import Synchronization

/// Shuts a socket down under a librabbitmq call that has blocked for too long, which makes the call fail.
///
/// `amqp_basic_publish` of librabbitmq before 0.14 waits without a limit on a peer that vanished.
final class SocketWatchdog: Sendable {
    private let socket = Mutex<Int32?>(nil)
    private let thread: ConnectionThread
    private let limit: Duration

    init(thread: ConnectionThread, limit: Duration) {
        self.thread = thread
        self.limit = limit
    }

    /// Watches a socket until `disarm()`. Has to be disarmed before the socket is closed.
    func arm(_ socket: Int32) {
        let isFirst = self.socket.withLock { armed in
            defer { armed = socket }
            return armed == nil
        }
        if isFirst { check(after: limit / 4) }
    }

    func disarm() { socket.withLock { $0 = nil } }

    private func check(after delay: Duration) {
        let nanoseconds = Int(delay / .nanoseconds(1))
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
            self?.check()
        }
    }

    private func check() {
        let busySince = thread.busySince
        let now = DispatchTime.now().uptimeNanoseconds
        let isStuck = busySince != 0 && now > busySince && Double(now - busySince) > limit / .nanoseconds(1)
        let isArmed = socket.withLock { socket in
            guard let socket else { return false }
            if isStuck { shutdown(socket, Int32(SHUT_RDWR)) }
            return true
        }
        if isArmed { check(after: limit / 4) }
    }
}
