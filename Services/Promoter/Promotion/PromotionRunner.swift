import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Drives every unfinished promotion of a cluster, each application's in a task of its own. One replica does, by a lease.
struct PromotionRunner: Service {
    let driver: PromotionDriver
    let election: LeaseElection
    let namespace: SystemNamespace
    let logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await persistently("prepare the system namespace") { try await namespace.ensure() }
                // What goes wrong on this cluster is no reason to stop serving the others.
                try await persistently("watch promotions") { try await election.run { try await follow() } }
            }
        } catch is CancellationError {
            // It was asked to stop.
        }
    }

    private func follow() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let queue = PromotionQueue()
            for try await event in driver.records.watch() {
                for application in queue.add(event.present.compactMap { PromotionRecord($0) }) {
                    group.addTask {
                        while let record = queue.next(of: application) {
                            try await persistently("promote \(application)") {
                                // Read anew: a repetition starts from what was kept last.
                                guard let current = try await driver.records.find(record.request) else { return }
                                try await driver.drive(current)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Repeats an action until it succeeds, with growing pauses: the cluster or the broker may be away for a while.
    private func persistently(_ what: String, _ action: () async throws -> Void) async throws {
        var pause = Duration.milliseconds(500)
        while true {
            do {
                return try await action()
            } catch let error as CancellationError {
                throw error
            } catch {
                let isOutage = (error as? any ClassifiedFailure)?.isOutage == true
                logger.log(
                    level: isOutage ? .debug : .warning, "Could not \(what) yet", metadata: [LogKey.error: "\(error)"])
                // One that is away is not waited for longer than it is.
                try await driver.cluster.client.pause(for: pause)
                pause = isOutage ? .seconds(1) : min(pause * 2, .seconds(15))
            }
        }
    }
}

extension WatchEvent {
    /// The objects that the event shows to be there.
    var present: [KubernetesObject] {
        switch self {
        case .initial(let objects), .relisted(let objects): objects
        case .added(let object), .modified(let object): [object]
        case .deleted: []
        }
    }
}
