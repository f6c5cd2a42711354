import Foundation
import Logging
import PreviewDomain

/// Lets one process at a time do something, by a Kubernetes `Lease`.
///
/// Clocks of different machines need not agree: whether a lease has run out is judged by how long this process has seen
/// it unchanged, not by the times that it carries.
public struct LeaseElection: Sendable {
    /// The lease's name.
    public var name: String
    /// The lease's namespace.
    public var namespace: String
    /// Who this process is; no two may be the same.
    public var identity: String
    /// How long a lease holds without renewal. The others wait this long after a crash.
    public var duration: Duration
    /// How often the lease is renewed, and looked at by those who wait.
    public var interval: Duration

    private let client: KubernetesClient

    /// An election.
    ///
    /// - Parameters:
    ///   - client: the cluster that keeps the lease.
    ///   - name: the lease's name: one for each thing that only one may do.
    ///   - namespace: where the lease is.
    ///   - identity: who this process is, such as its pod's name; no two may be the same.
    ///   - duration: how long the lease holds without renewal, in whole seconds.
    ///   - interval: how often it is renewed; a fifth of the duration where left out.
    public init(
        client: KubernetesClient, name: String, namespace: String, identity: String,
        duration: Duration = .seconds(15), interval: Duration? = nil
    ) {
        self.client = client
        self.name = name
        self.namespace = namespace
        self.identity = identity
        self.duration = duration
        self.interval = interval ?? duration / 5
    }

    /// Waits for a time; where the cluster is unreachable, no longer than until it is back.
    public func pause(for duration: Duration) async throws { try await client.pause(for: duration) }

    /// Runs `body` while this process holds the lease, again each time that it gets it, until the task is cancelled.
    ///
    /// `body` is cancelled as soon as the lease may be lost: when it could not be renewed for two thirds of its duration.
    /// The next attempt starts when `body` has ended. The lease is given back when `body` ends or the task is cancelled.
    ///
    /// - Throws: what `body` throws, or `CancellationError`.
    /// - Returns: when `body` returned by itself.
    public func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        var observation = LeaseObservation()
        while true {
            let held = try await acquire(&observation)
            let isDone = try await whileHeld(held, body)
            if isDone { return }
        }
    }

    /// Waits until the lease is ours. A server that has just started refuses for a moment what it grants later; who is
    /// refused for as long as a lease lasts may not use leases.
    private func acquire(_ observation: inout LeaseObservation) async throws -> Held {
        var refusedSince: ContinuousClock.Instant?
        while true {
            do {
                let started = ContinuousClock.now
                // An answer that took too long leaves too little of the lease: take it once more.
                if let lease = try await attempt(&observation), ContinuousClock.now < started + duration / 2 {
                    return Held(lease: lease, since: started)
                }
                refusedSince = nil
            } catch let error as KubernetesError where error.failureClass != .permanent || error.isNamespaceTerminating
            {
                let isRefused = error.isForbidden && !error.isNamespaceTerminating
                let since = isRefused ? refusedSince ?? .now : nil
                if let since, .now - since > duration { throw error }
                refusedSince = since
                client.connection.logger.debug(
                    "Could not take lease", metadata: ["lease": "\(name)", "error": "\(error)"])
            }
            try await client.pause(for: interval * Double.random(in: 0.9...1.1))
        }
    }

    /// Takes the lease if it is free, ours, or has run out; `nil` where somebody else has it.
    private func attempt(_ observation: inout LeaseObservation) async throws -> KubernetesObject? {
        guard var lease = try await client.get(.leases, name: name, namespace: namespace) else {
            var lease = KubernetesObject(type: .leases, name: name, namespace: namespace)
            lease.spec = spec(acquired: Date(), transitions: 0)
            return try await client.create(lease, as: .leases)
        }
        let spec = lease.spec
        let holder = spec["holderIdentity"].string ?? ""
        let seconds = spec["leaseDurationSeconds"].int ?? 15
        let isFree = holder.isEmpty || holder == identity
        let hasRunOut = observation.hasRunOut(lease, duration: .seconds(seconds), now: .now)
        guard isFree || hasRunOut else { return nil }
        let transitions = spec["leaseTransitions"].int ?? 0
        lease.spec = self.spec(acquired: Date(), transitions: holder == identity ? transitions : transitions + 1)
        // Carries the version that was read, so that of several who find it free only one gets it.
        return try await client.replace(lease, as: .leases)
    }

    /// Runs `body` and renews the lease beside it; `true` when `body` returned by itself.
    private func whileHeld(
        _ held: Held, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                try await renew(held)
                return false
            }
            do {
                let isDone = try await group.next() ?? true
                group.cancelAll()
                // The lease must not be given back, nor taken anew, while the body still works.
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
                await release()
                return isDone
            } catch {
                group.cancelAll()
                while await group.nextResult() != nil {}
                await release()
                throw error
            }
        }
    }

    /// Renews the lease until that fails for too long, or somebody else has it.
    private func renew(_ held: Held) async throws {
        var held = held
        while ContinuousClock.now < held.since + duration * 2 / 3 {
            try await Task.sleep(for: interval)
            let last = held
            do {
                let next = try await withDeadline(held.since + duration * 2 / 3) { try await renewed(last) }
                guard let next else { return }
                held = next
            } catch let error as KubernetesError {
                client.connection.logger.debug(
                    "Could not renew lease", metadata: ["lease": "\(name)", "error": "\(error)"])
            } catch is DeadlinePassed {
                return
            }
        }
    }

    /// The lease after one renewal; as it was where somebody else changed it but left it to us; `nil` where it is lost.
    private func renewed(_ held: Held) async throws -> Held? {
        var lease = held.lease
        let started = ContinuousClock.now
        lease.spec?["renewTime"] = .string(Timestamp.formatMicroseconds(Date()))
        do {
            return Held(lease: try await client.replace(lease, as: .leases), since: started)
        } catch let error as KubernetesError where error.isConflict {
            guard let current = try await client.get(.leases, name: name, namespace: namespace),
                current.spec["holderIdentity"].string == identity
            else { return nil }
            return Held(lease: current, since: held.since)
        } catch let error as KubernetesError where error.isNotFound {
            return nil
        }
    }

    /// Gives the lease back, so that the others need not wait for it to run out. That takes no longer than it would run.
    private func release() async {
        // Detached: the lease is given back also when this task was cancelled, which is the usual way to stop.
        let task = Task.detached {
            try await withDeadline(.now + duration) {
                guard var lease = try await client.get(.leases, name: name, namespace: namespace),
                    lease.spec["holderIdentity"].string == identity
                else { return }
                lease.spec?["holderIdentity"] = ""
                lease.spec?["leaseDurationSeconds"] = 1
                _ = try await client.replace(lease, as: .leases)
            }
        }
        // Failing, it runs out by itself.
        _ = await task.result
    }

    private func spec(acquired: Date, transitions: Int) -> JSONValue {
        let now = JSONValue.string(Timestamp.formatMicroseconds(acquired))
        return [
            "holderIdentity": .string(identity), "leaseDurationSeconds": .int(max(1, duration.components.seconds)),
            "acquireTime": now, "renewTime": now, "leaseTransitions": JSONValue(transitions),
        ]
    }
}

/// A lease that is ours, and since when for certain: the moment before it was last written.
private struct Held: Sendable {
    var lease: KubernetesObject
    var since: ContinuousClock.Instant
}
