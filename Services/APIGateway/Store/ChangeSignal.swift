import PreviewDomain
import ServiceRuntime
import Synchronization

/// Tells everyone who waits that something was committed. What it was is read from the database, so that a slow
/// listener misses nothing and holds up nobody.
final class ChangeSignal: Sendable {
    /// One who waits; listens until it is released.
    final class Listener: Sendable {
        private let changes: ChangeSignal
        private let id: Int
        private let wakeUp: WakeSignal

        fileprivate init(_ changes: ChangeSignal, id: Int, wakeUp: WakeSignal) {
            self.changes = changes
            self.id = id
            self.wakeUp = wakeUp
        }

        deinit { changes.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }

        /// Waits for a change since the last call, but not for longer than given.
        func wait(atMost duration: Duration) async { await wakeUp.wait(until: .now + duration) }

        /// Ends the wait, or the next one.
        func wake() { wakeUp.set() }
    }

    private struct State {
        var lastID = 0
        var listeners: [Int: WakeSignal] = [:]
        var counts: [OrganizationName: UInt64] = [:]
        var catalogueCount: UInt64 = 0
    }

    private let state = Mutex(State())

    func signal() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.set() }
    }

    /// Says that something of an organization was committed.
    func signal(of organization: OrganizationName) {
        state.withLock { $0.counts[organization, default: 0] += 1 }
        signal()
    }

    /// How often something of an organization was committed; so that nobody is told of what others do.
    func count(of organization: OrganizationName) -> UInt64 { state.withLock { $0.counts[organization] ?? 0 } }

    /// Says that clusters, or what was found on them, are other than before.
    func signalCatalogue() {
        state.withLock { $0.catalogueCount += 1 }
        signal()
    }

    /// How often clusters, or what was found on them, have changed.
    var catalogueCount: UInt64 { state.withLock { $0.catalogueCount } }

    /// Listens from now on; several changes that come before the listener looks are one.
    func listen() -> Listener {
        let wakeUp = WakeSignal()
        let id = state.withLock { state in
            state.lastID += 1
            state.listeners[state.lastID] = wakeUp
            return state.lastID
        }
        return Listener(self, id: id, wakeUp: wakeUp)
    }
}
