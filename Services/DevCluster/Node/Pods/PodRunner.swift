import Foundation
import KubernetesClient
import Logging

/// Runs one pod: its volumes, its init containers in order, its containers together, to their end.
actor PodRunner {
    nonisolated let pod: JSONValue
    nonisolated let runtime: NodeRuntime
    /// Set when the pod is to end.
    nonisolated let stop = Signal()
    /// Set when the pod's processes are to be killed without waiting.
    nonisolated let kill = Signal()
    private(set) var grace = Duration.seconds(30)
    private(set) var containers: [ContainerState]
    private(set) var address = ""
    private(set) var folders: [String: String] = [:]
    private(set) var hostsFile = ""
    private let startedAt = Date()
    private var hasVolumes = false
    private var failure: (reason: String, message: String)?
    /// The node itself ends: nothing is reported any longer, so that the pod is run again with the next start.
    private var isHalted = false

    init(pod: JSONValue, runtime: NodeRuntime) {
        self.pod = pod
        self.runtime = runtime
        let hasInit = !(pod.spec["initContainers"]?.array ?? []).isEmpty
        let parts: [(JSONValue, Bool)] =
            (pod.spec["initContainers"]?.array ?? []).map { ($0, true) }
            + (pod.spec["containers"]?.array ?? []).map { ($0, false) }
        containers = parts.map { specification, isInit in
            var state = ContainerState(
                specification: specification, isInit: isInit,
                phase: .waiting(reason: hasInit ? "PodInitializing" : "ContainerCreating", message: nil))
            state.takeUp(from: pod)
            return state
        }
    }

    /// The pod's own folder.
    nonisolated var directory: String { "\(runtime.configuration.podsDirectory)/\(pod.uid)" }
    nonisolated var restartPolicy: String { pod.spec["restartPolicy"]?.string ?? "Always" }

    /// Runs the pod to its end.
    func run() async {
        let namespace = pod.namespace ?? ""
        guard let given = runtime.network.pods.allocate() else {
            failure = ("OutOfPodAddresses", "The node has no address left")
            return publish()
        }
        address = given
        hostsFile = runtime.hosts.retain(namespace)
        if await prepareVolumes() {
            let deadline = pod.spec["activeDeadlineSeconds"]?.int
            await withDiscardingTaskGroup { group in
                if let deadline {
                    group.addTask { await self.enforce(deadline: .seconds(deadline)) }
                }
                await self.runContainers()
                stop.set()
                group.cancelAll()
            }
        }
        await endStrays()
        runtime.hosts.release(namespace)
        runtime.network.pods.release(given)
        if !isHalted { publish() }
        // Missing when the pod ended before it had a volume.
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Ends the pod. One that is ending already gets the shorter of the two times.
    func terminate(grace: Duration) async {
        let isShortened = stop.isSet && grace < self.grace
        self.grace = grace
        stop.set()
        if isShortened { await kill.wait(atMost: grace) }
        if isShortened || grace <= .zero { kill.set() }
    }

    /// Ends the pod's processes because the node ends.
    func halt() async {
        isHalted = true
        await terminate(grace: .seconds(2))
    }

    /// Changes what is known of a container, and reports it.
    func update(_ index: Int, _ change: (inout ContainerState) -> Void) {
        change(&containers[index])
        publish()
    }

    /// The pod as stored now, with the time to end that its deletion gives.
    nonisolated var stored: JSONValue? {
        runtime.cluster.get(.pods, pod.namespace, pod.name).flatMap { $0.uid == pod.uid ? $0 : nil }
    }

    // MARK: Steps

    /// Ends what is left of a sandbox that was killed in the very moment of its making: a process of it that has not
    /// yet asked to end with its parent.
    private func endStrays() async {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let strays = ProcessTree.sandboxes(naming: directory)
            guard !strays.isEmpty else { return }
            for process in strays { _ = Foundation.kill(process, SIGKILL) }
            // Nobody tells of the end of a process that is not our child.
            try? await Task.sleep(for: .milliseconds(10))
        }
        runtime.logger.warning("Processes of a pod do not end", metadata: ["pod": "\(pod.namespace ?? "")/\(pod.name)"])
    }

    private func prepareVolumes() async -> Bool {
        publish()
        let volumes = PodVolumes(
            cluster: runtime.cluster, pod: pod, podAddress: address, directory: directory,
            claimsDirectory: runtime.configuration.volumesDirectory)
        while !stop.isSet {
            do {
                folders = try volumes.prepare()
                hasVolumes = true
                return true
            } catch {
                let message = (error as? PodVolumes.MountError)?.message ?? "\(error)"
                runtime.events.warning(pod, "FailedMount", "MountVolume.SetUp failed: \(message)")
                await stop.wait(atMost: .milliseconds(500))
            }
        }
        return false
    }

    private func runContainers() async {
        await withTaskGroup(of: Void.self) { sidecars in
            for index in containers.indices where containers[index].isInit {
                let runner = ContainerRunner(pod: self, index: index, specification: containers[index].specification)
                if containers[index].isSidecar {
                    let started = Signal()
                    sidecars.addTask { await runner.run(restart: "Always", started: started) }
                    await started.wait()
                } else {
                    await runner.run(restart: restartPolicy == "Always" ? "OnFailure" : restartPolicy)
                }
                if stop.isSet || !containers[index].isInitialized { break }
            }
            if containers.allSatisfy({ !$0.isInit || $0.isInitialized }), !stop.isSet {
                await withTaskGroup(of: Void.self) { group in
                    for index in containers.indices where !containers[index].isInit {
                        let runner = ContainerRunner(
                            pod: self, index: index, specification: containers[index].specification)
                        group.addTask { await runner.run(restart: self.restartPolicy) }
                    }
                }
            }
            stop.set()
        }
    }

    private func enforce(deadline: Duration) async {
        if await stop.wait(atMost: deadline) || Task.isCancelled { return }
        failure = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        await terminate(grace: .seconds(pod.spec["terminationGracePeriodSeconds"]?.int ?? 30))
    }

    /// Writes the pod's status; one that is gone meanwhile is no error.
    private func publish() {
        guard !isHalted, let stored else { return }
        let status = PodStatus(
            pod: stored, containers: containers, address: address.isEmpty ? nil : address, hasVolumes: hasVolumes,
            startedAt: startedAt, failure: failure)
        do {
            try runtime.cluster.update(.pods, pod.namespace, pod.name, .status) { object in
                guard object.uid == pod.uid else { return }
                object["status"] = status.applied(to: object["status"] ?? [:])
            }
        } catch {
            runtime.logger.debug("Pod status not written", metadata: ["pod": "\(pod.name)", "error": "\(error)"])
        }
    }
}

extension ContainerState {
    /// Goes on where an earlier run of the node left off: what ran then counts as ended.
    fileprivate mutating func takeUp(from pod: JSONValue) {
        let field = isInit ? "initContainerStatuses" : "containerStatuses"
        guard let old = pod.status[field]?.array?.first(where: { $0["name"]?.string == name }) else { return }
        restartCount = old["restartCount"]?.int ?? 0
        guard let since = (old["state"]["running"]["startedAt"]?.string).flatMap(Timestamp.parse) else { return }
        restartCount += 1
        last = Termination(
            exit: ContainerExit(exitCode: 255), reason: "Unknown", message: "The node was restarted",
            startedAt: since, finishedAt: Date())
    }
}
