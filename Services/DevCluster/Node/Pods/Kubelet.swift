import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import Synchronization

/// Runs the pods that are assigned to the node.
struct Kubelet: Service {
    let runtime: NodeRuntime

    func run() async throws {
        // Sandboxes end with the process that made them, but for one that is killed in the very moment of making them.
        for process in ProcessTree.sandboxes(naming: runtime.configuration.podsDirectory) {
            kill(process, SIGKILL)
        }
        try? FileManager.default.removeItem(atPath: runtime.configuration.podsDirectory)
        let runners = RunningPods()
        await withDiscardingTaskGroup { group in
            await withGracefulShutdownHandler {
                for await event in runtime.cluster.changes(.pods).cancelOnGracefulShutdown() {
                    handle(event, runners, &group)
                }
            } onGracefulShutdown: {
                runners.close()
            }
            for runner in runners.all { group.addTask { await runner.halt() } }
        }
    }

    /// Brings what runs in line with a pod that has changed.
    func handle(_ event: StoreEvent, _ runners: RunningPods, _ group: inout DiscardingTaskGroup) {
        let pod = event.object
        guard pod.spec["nodeName"]?.string == runtime.configuration.name else { return }
        if event.type == .deleted {
            if let runner = runners[pod.uid] {
                group.addTask { await runner.terminate(grace: .zero) }
            } else {
                runtime.logs.remove(podUID: pod.uid)
            }
            return
        }
        if let runner = runners[pod.uid] {
            guard pod.isBeingDeleted else { return }
            let grace = Duration.seconds(pod.metadata["deletionGracePeriodSeconds"]?.int ?? 30)
            group.addTask { await runner.terminate(grace: grace) }
        } else if pod.isBeingDeleted {
            remove(pod)
        } else if let pod = unfinished(pod) {
            let runner = PodRunner(pod: pod, runtime: runtime)
            guard runners.insert(runner) else { return }
            group.addTask {
                await runner.run()
                runners.remove(runner)
                if runner.stored == nil { runtime.logs.remove(podUID: pod.uid) }
                if runner.stored?.isBeingDeleted == true, !runners.isClosed { remove(pod) }
            }
        }
    }

    /// A pod that is to be run, as it is now; `nil` for one that has ended or is to end.
    ///
    /// Changes come late on a machine with much to do: a pod may have run to its end since the one that is looked at,
    /// and must not be run again. A runner is forgotten only after it has written how its pod ended, so of a pod
    /// without a runner the store knows.
    private func unfinished(_ pod: JSONValue) -> JSONValue? {
        guard let stored = runtime.cluster.get(.pods, pod.namespace, pod.name), stored.uid == pod.uid,
            !stored.isBeingDeleted, !stored.isFinishedPod
        else { return nil }
        return stored
    }

    /// Lets a pod go, now that none of its processes is left.
    private func remove(_ pod: JSONValue) {
        do {
            try runtime.cluster.delete(
                .pods, pod.namespace, pod.name, DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
        } catch {
            runtime.logger.debug("Pod not removed", metadata: ["pod": "\(pod.name)", "error": "\(error)"])
        }
    }
}

/// The pods that run now, by uid.
final class RunningPods: Sendable {
    private struct State {
        var runners: [String: PodRunner] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    var all: [PodRunner] { state.withLock { Array($0.runners.values) } }
    /// Whether the node ends, so that nothing new is run.
    var isClosed: Bool { state.withLock(\.isClosed) }

    subscript(uid: String) -> PodRunner? { state.withLock { $0.runners[uid] } }

    /// Returns whether the pod is to be run.
    func insert(_ runner: PodRunner) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.runners[runner.pod.uid] == nil else { return false }
            state.runners[runner.pod.uid] = runner
            return true
        }
    }

    func remove(_ runner: PodRunner) {
        state.withLock { _ = $0.runners.removeValue(forKey: runner.pod.uid) }
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }
}
