import Foundation
import Logging
import Synchronization

/// The credentials of an exec plugin, kept until shortly before they run out. The plugin runs once at a time, however many
/// requests wait for it; while the old credentials hold, nobody waits.
final class ExecCredentials: Sendable {
    private struct Held {
        var credential: ExecCredential
        var obtained: Date
        var generation: UInt64

        /// A tenth of their life before the end, at most a minute, new ones are fetched.
        var due: Date? {
            credential.expires.map { $0 - min(60, max(0, $0.timeIntervalSince(obtained)) / 10) }
        }

        func isValid(_ now: Date) -> Bool { credential.expires.map { now < $0 } ?? true }
        func isDue(_ now: Date) -> Bool { due.map { now >= $0 } ?? false }

        var credentials: Credentials {
            Credentials(
                authorization: credential.token.map { "Bearer \($0)" }, certificate: credential.certificate,
                generation: generation)
        }
    }

    private struct State {
        var held: Held?
        var generation: UInt64 = 0
        var isRunning = false
        var waiters: [Turn] = []
        var failure: (problem: ExecPluginFailure, until: ContinuousClock.Instant)?
        var backoff = Backoff(first: .seconds(4), longest: .seconds(60))
        var lastRefusal: ContinuousClock.Instant?
    }

    private enum Step {
        case use(Credentials, startsRun: Bool)
        case fail(ExecPluginFailure)
        case wait(Turn, since: UInt64, startsRun: Bool)
    }

    private let plugin: ExecPlugin
    private let logger: Logger
    private let deadline: Duration
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    /// - Parameters:
    ///   - deadline: how long one run may take.
    ///   - now: the clock by which credentials run out.
    init(
        plugin: ExecPlugin, deadline: Duration = .seconds(60), logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.plugin = plugin
        self.now = now
        self.deadline = deadline
        self.logger = logger
    }

    /// The credentials, from the plugin where there are none that hold.
    func current() async throws -> Credentials {
        var seen: UInt64?
        while true {
            switch state.withLock({ step(&$0, seen: seen) }) {
            case .use(let credentials, let startsRun):
                if startsRun { run() }
                return credentials
            case .fail(let problem): throw problem
            case .wait(let turn, let generation, let startsRun):
                seen = seen ?? generation
                if startsRun { run() }
                try await turn.wait()
            }
        }
    }

    /// The server does not take them any more: the next request fetches new ones, unless those before were refused a
    /// moment ago, for then the plugin is not to blame.
    func refuse(_ credentials: Credentials) -> Bool {
        state.withLock { state in
            guard let held = state.held, held.generation == credentials.generation else { return true }
            if let last = state.lastRefusal, ContinuousClock.now - last < .seconds(10) { return false }
            state.lastRefusal = .now
            state.held = nil
            return true
        }
    }

    /// - Parameter seen: the generation before the caller waited; what has come since is used whatever its expiry says.
    private func step(_ state: inout State, seen: UInt64?) -> Step {
        let now = now()
        if let held = state.held, !held.isDue(now) || seen.map({ $0 < held.generation }) == true {
            return .use(held.credentials, startsRun: false)
        }
        let mayRun = state.failure.map { $0.until <= .now } ?? true
        let startsRun = mayRun && !state.isRunning
        if startsRun { state.isRunning = true }
        if let held = state.held, held.isValid(now) { return .use(held.credentials, startsRun: startsRun) }
        if let failure = state.failure, !mayRun, !state.isRunning { return .fail(failure.problem) }
        let turn = Turn()
        state.waiters.append(turn)
        return .wait(turn, since: state.generation, startsRun: startsRun)
    }

    private func run() {
        // Of no task in particular: whoever gives up must not end the run that others wait for. It ends by its deadline.
        Task.detached { [self] in
            let outcome: Result<ExecCredential, ExecPluginFailure>
            do {
                outcome = .success(try await plugin.run(deadline: deadline))
            } catch let failure as ExecPluginFailure {
                outcome = .failure(failure)
            } catch {
                outcome = .failure(ExecPluginFailure("it could not be run: \(error)"))
            }
            finish(outcome)
        }
    }

    private func finish(_ outcome: Result<ExecCredential, ExecPluginFailure>) {
        let waiters = state.withLock { state in
            state.isRunning = false
            switch outcome {
            case .success(let credential):
                state.generation += 1
                state.held = Held(credential: credential, obtained: now(), generation: state.generation)
                state.failure = nil
                state.backoff.reset()
            case .failure(let problem):
                let named = ExecPluginFailure("exec plugin \(plugin.command): \(problem.problem)")
                state.failure = (named, .now + state.backoff.pause())
            }
            defer { state.waiters = [] }
            return state.waiters
        }
        if case .failure(let problem) = outcome {
            logger.warning(
                "Could not get credentials", metadata: ["plugin": "\(plugin.command)", "error": "\(problem.problem)"])
        }
        for waiter in waiters { _ = waiter.grant() }
    }
}
