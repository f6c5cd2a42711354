import Foundation
import KubernetesClient

/// Runs one container again and again, as its restart policy asks.
struct ContainerRunner: Sendable {
    let pod: PodRunner
    let index: Int
    let specification: JSONValue

    private var runtime: NodeRuntime { pod.runtime }
    private var name: String { specification["name"]?.string ?? "" }
    private var image: String { specification["image"]?.string ?? "" }

    /// Runs to the end that the restart policy sets, or until the pod is to end.
    ///
    /// - Parameter started: set when the container has started for the first time, or will not.
    func run(restart policy: String, started: Signal = Signal()) async {
        defer { started.set() }
        var crashes = 0
        while !pod.stop.isSet {
            guard let found = await findImage(), let plan = await makePlan(found) else { return }
            let began = Date()
            let exit = await ContainerRun(pod: pod, index: index, specification: specification, plan: plan)
                .run(started: started)
            if pod.stop.isSet || policy == "Never" || (policy == "OnFailure" && exit.exitCode == 0) { return }
            crashes = Date().timeIntervalSince(began) > 60 ? 0 : crashes + 1
            let delay = min(30, 1 << min(max(0, crashes - 1), 5))
            await backOff(seconds: delay)
            if await pod.stop.wait(atMost: .seconds(delay)) { return }
            await pod.update(index) { $0.restartCount += 1 }
        }
    }

    private func backOff(seconds: Int) async {
        let owner = "\(pod.pod.name)_\(pod.pod.namespace ?? "")(\(pod.pod.uid))"
        await pod.update(index) { state in
            state.last = state.termination ?? state.last
            state.phase = .waiting(
                reason: "CrashLoopBackOff",
                message: "back-off \(seconds)s restarting failed container=\(name) pod=\(owner)")
            state.isReady = false
            state.isStarted = false
        }
        runtime.events.warning(
            pod.pod, "BackOff", "Back-off restarting failed container \(name) in pod \(owner)")
    }

    /// Finds the container's image, looking again with growing delays while it is missing.
    private func findImage() async -> ImageStore.Image? {
        var attempt = 0
        while !pod.stop.isSet {
            do {
                let found = try runtime.images.image(named: image)
                runtime.events.normal(
                    pod.pod, "Pulled", "Container image \"\(image)\" already present on machine")
                await pod.update(index) { $0.imageID = found.identifier }
                return found
            } catch {
                await report(error, attempt)
                if await pod.stop.wait(atMost: .milliseconds(500)) { return nil }
                if error.reason == "ErrImagePull" {
                    runtime.events.normal(pod.pod, "BackOff", "Back-off pulling image \"\(image)\"")
                    runtime.events.warning(pod.pod, "Failed", "Error: ImagePullBackOff")
                    await wait(reason: "ImagePullBackOff", "Back-off pulling image \"\(image)\": \(error.message)")
                }
                await pod.stop.wait(atMost: .seconds(min(10, 1 << attempt)))
                attempt = min(attempt + 1, 4)
            }
        }
        return nil
    }

    private func report(_ missing: ImageStore.Missing, _ attempt: Int) async {
        if missing.reason == "ErrImagePull" {
            runtime.events.normal(pod.pod, "Pulling", "Pulling image \"\(image)\"")
            runtime.events.warning(pod.pod, "Failed", "Failed to pull image \"\(image)\": \(missing.message)")
            runtime.events.warning(pod.pod, "Failed", "Error: ErrImagePull")
            // Once shown as backing off it stays so, as people and programs wait for that.
            guard attempt == 0 else { return }
        } else {
            runtime.events.warning(pod.pod, missing.reason, missing.message)
        }
        await wait(reason: missing.reason, missing.message)
    }

    /// Works out variables, mounts and command, looking again while an object that they need is missing.
    private func makePlan(_ image: ImageStore.Image) async -> ContainerPlan? {
        while !pod.stop.isSet {
            do {
                return try await pod.plan(for: specification, image: image)
            } catch {
                let message: String
                switch error {
                case let error as ContainerEnvironment.ConfigurationError: message = error.message
                case let error as PodVolumes.MountError: message = error.message
                default: message = "\(error)"
                }
                runtime.events.warning(pod.pod, "Failed", "Error: \(message)")
                await wait(reason: "CreateContainerConfigError", message)
                await pod.stop.wait(atMost: .seconds(1))
            }
        }
        return nil
    }

    private func wait(reason: String, _ message: String) async {
        await pod.update(index) { state in
            state.last = state.termination ?? state.last
            state.phase = .waiting(reason: reason, message: message)
        }
    }
}
