public import Logging
import PreviewDomain
public import ServiceLifecycle

/// When to look at a thing again.
public enum Revisit: Sendable, Equatable {
    /// Only when it is asked for.
    case whenAsked
    /// After a time, unless it is asked for earlier.
    case after(Duration)
    /// After a time that grows with each such answer, until the thing is asked for or another answer is given.
    case growing
}

/// Brings things, each named by a key, to the state that they should have.
///
/// Asking for a key is cheap and may be repeated: a key is worked on by one task at a time, and once more when it was
/// asked for meanwhile. So the work needs no lock of its own, looks at the present state instead of at what changed, and
/// may be repeated at any time. A failed attempt is logged and repeated after a growing delay.
public struct Reconciler<Key: Hashable & Sendable>: Service {
    private let name: String
    private let concurrency: Int
    private let logger: Logger
    private let work: @Sendable (Key) async throws -> Revisit
    private let schedule: ReconcileSchedule<Key>

    /// Creates a reconciler; it works while ``run()`` does.
    ///
    /// - Parameters:
    ///   - name: what its log lines are about, such as `clones`.
    ///   - concurrency: how many keys are worked on at once.
    ///   - delays: the first and the longest delay after failures and after ``Revisit/growing``.
    ///   - work: brings one thing to its state, and says when to look again.
    public init(
        _ name: String, concurrency: Int = 16,
        delays: ClosedRange<Duration> = .milliseconds(100) ... .seconds(10), logger: Logger,
        work: @escaping @Sendable (Key) async throws -> Revisit
    ) {
        self.name = name
        self.concurrency = concurrency
        self.logger = logger
        self.work = work
        schedule = ReconcileSchedule(delays: delays)
    }

    /// Asks for a thing to be looked at now, or after a delay where it is not asked for earlier.
    public func request(_ key: Key, after delay: Duration = .zero) {
        schedule.request(key, at: .now + delay)
    }

    /// How many things are waiting or being worked on.
    public var count: Int { schedule.count }

    /// Works until graceful shutdown or cancellation.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let slots = WorkSlots(concurrency)
                while !Task.isCancelled {
                    await slots.take()
                    guard let key = await schedule.next() else { break }
                    group.addTask {
                        await attempt(key)
                        slots.give()
                    }
                }
            }
        }
    }

    private func attempt(_ key: Key) async {
        do {
            schedule.finish(key, try await work(key))
        } catch is CancellationError where Task.isCancelled {
            schedule.finish(key, .whenAsked)
        } catch let error as any ClassifiedFailure where error.isOutage {
            // Whoever watches over the cluster says so once for all.
            logger.debug(
                "Waiting for a cluster", metadata: ["reconciler": "\(name)", "key": "\(key)", "error": "\(error)"])
            schedule.finish(key, .growing)
        } catch {
            logger.warning(
                "Failed to reconcile, trying again",
                metadata: ["reconciler": "\(name)", "key": "\(key)", "error": "\(error)"])
            schedule.finish(key, .growing)
        }
    }
}
