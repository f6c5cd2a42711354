import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Reports whether a cluster can be reached: at once when that changes, and again after a while. Every process reports,
/// since who is elected to watch a cluster is decided on that cluster.
struct ClusterObserver: Service {
    let access: ClusterAccess
    let gate: ReachabilityGate
    let facts: FactPublisher
    let catalogue: CatalogueReporter
    let logger: Logger
    /// How often an unchanged status is reported.
    var resync: Duration = .seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await change in gate.changes() { await report(change) }
                }
                group.addTask {
                    while (try? await Task.sleep(for: resync)) != nil { await report(gate.current) }
                }
            }
        }
    }

    private func report(_ reachability: ClusterReachability) async {
        guard reachability.status != .unknown else { return }
        // What could not be read while it was away, or may have changed.
        if reachability.status == .reachable { catalogue.request(access.name) }
        let observed = access.observation(reachability)
        while !Task.isCancelled {
            do {
                return try await facts.publish([observed])
            } catch {
                // At an installation's first start the gateway may not listen yet.
                logger.info(
                    "Could not report cluster yet", metadata: [LogKey.cluster: "\(access.name)", "error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
                guard gate.current == reachability else { return }
            }
        }
    }
}

extension ClusterAccess {
    /// What there is to report of whether the cluster can be reached.
    func observation(_ reachability: ClusterReachability) -> ClusterObserved {
        let addresses = cluster.addresses
        return ClusterObserved(
            cluster: name, status: reachability.status, since: reachability.since, problem: reachability.problem,
            observedAt: Date(),
            addresses: .init(
                baseDomain: addresses.baseDomain, scheme: addresses.scheme?.rawValue, port: addresses.port))
    }
}
