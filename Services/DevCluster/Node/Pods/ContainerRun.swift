import Foundation
import KubernetesClient
import Logging

/// One run of a container: the process, its probes, its limits, its end.
struct ContainerRun: Sendable {
    let pod: PodRunner
    let index: Int
    let specification: JSONValue
    let plan: ContainerPlan

    private var runtime: NodeRuntime { pod.runtime }
    private var name: String { specification["name"]?.string ?? "" }

    /// Runs the program to its end and reports it.
    func run(started: Signal) async -> ContainerExit {
        let began = Date()
        let process = ContainerProcess(isIsolated: runtime.sandbox.isIsolating)
        var exit: ContainerExit
        var problem: String?
        do {
            let log = try runtime.logs.begin(podUID: pod.pod.uid, container: name)
            try CommandLookup(plan: plan, isIsolated: runtime.sandbox.isIsolating).check()
            exit = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await observe(process, started) }
                group.addTask { await end(process) }
                runtime.programs.add(process, of: ObjectName(pod.pod))
                if let limit = plan.memoryLimit { runtime.memory.add(process, limit: limit) }
                defer {
                    runtime.memory.remove(process)
                    runtime.programs.remove(process)
                    group.cancelAll()
                }
                return try await process.run(runtime.sandbox.launch(plan), environment: plan.environment) {
                    log.write($0)
                }
            }
        } catch {
            exit = ContainerExit(exitCode: 128)
            problem = "\(error)"
            runtime.events.warning(pod.pod, "Failed", "Error: \(error)")
        }
        runtime.logs.end(podUID: pod.pod.uid, container: name)
        let message = problem ?? terminationMessage(exit)
        let termination = ContainerState.Termination(
            exit: exit, reason: problem == nil ? exit.reason : "StartError", message: message, startedAt: began,
            finishedAt: Date())
        await pod.update(index) { state in
            state.phase = .terminated(termination)
            state.isReady = false
            state.isStarted = false
        }
        return exit
    }

    /// Reports the start, then probes until the program ends.
    private func observe(_ process: ContainerProcess, _ started: Signal) async {
        await process.started.wait()
        guard let processID = process.processID else { return }
        runtime.events.normal(pod.pod, "Created", "Created container: \(name)")
        runtime.events.normal(pod.pod, "Started", "Started container \(name)")
        noteProcess(processID)
        let address = await pod.address
        let startup = Probe(.startup, of: specification, podAddress: address)
        let readiness = Probe(.readiness, of: specification, podAddress: address)
        await pod.update(index) { state in
            state.phase = .running(since: Date())
            state.isStarted = startup == nil
            state.isReady = startup == nil && readiness == nil
        }
        if startup == nil { started.set() }
        if let startup {
            await runner(startup).run { verdict in
                if verdict == .failure { await restart(process, startup) }
                return false
            }
            if Task.isCancelled || process.ended.isSet || pod.stop.isSet { return }
            await pod.update(index) { state in
                state.isStarted = true
                state.isReady = readiness == nil
            }
            started.set()
        }
        await withDiscardingTaskGroup { group in
            if let readiness {
                group.addTask {
                    await runner(readiness).run { verdict in
                        await pod.update(index) { $0.isReady = verdict == .success && $0.isRunning }
                        return true
                    }
                }
            }
            if let liveness = Probe(.liveness, of: specification, podAddress: address) {
                group.addTask {
                    await runner(liveness).run { verdict in
                        guard verdict == .failure else { return true }
                        await restart(process, liveness)
                        return false
                    }
                }
            }
        }
    }

    private func runner(_ probe: Probe) -> ProbeRunner {
        ProbeRunner(
            probe: probe,
            execute: { command, timeout in await execute(command, timeout: timeout) },
            failed: { problem in
                // What fails while the container ends is no news.
                guard !pod.stop.isSet else { return }
                runtime.events.warning(pod.pod, "Unhealthy", "\(probe.purpose.rawValue) probe failed: \(problem)")
            })
    }

    private func restart(_ process: ContainerProcess, _ probe: Probe) async {
        runtime.events.normal(
            pod.pod, "Killing",
            "Container \(name) failed \(probe.purpose.rawValue.lowercased()) probe, will be restarted")
        let own = pod.pod.spec["terminationGracePeriodSeconds"]?.int ?? 30
        await process.terminate(grace: probe.terminationGracePeriod ?? .seconds(own))
    }

    /// Runs a command in the container's surroundings.
    private func execute(_ command: [String], timeout: Duration) async -> (exitCode: Int, output: String) {
        let process = ContainerProcess(isIsolated: runtime.sandbox.isIsolating)
        let output = OutputBuffer(limit: 10_240)
        let launch = runtime.sandbox.launch(plan, command: command)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                if await !process.ended.wait(atMost: timeout), !Task.isCancelled { await process.kill() }
            }
            defer { group.cancelAll() }
            do {
                let exit = try await process.run(launch, environment: plan.environment) { output.append($0) }
                return (exit.exitCode, output.text)
            } catch {
                return (128, "\(error)")
            }
        }
    }

    /// Ends the program when the pod is to end; at once when it is to be killed.
    private func end(_ process: ContainerProcess) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await pod.kill.wait()
                if pod.kill.isSet { await process.kill() }
            }
            await stop(process)
            group.cancelAll()
        }
    }

    private func stop(_ process: ContainerProcess) async {
        await pod.stop.wait()
        guard pod.stop.isSet, !process.ended.isSet else { return }
        await process.started.wait()
        runtime.events.normal(pod.pod, "Killing", "Stopping container \(name)")
        let grace = await pod.grace
        let began = ContinuousClock.now
        if grace > .zero, let hook = specification["lifecycle"]["preStop"] {
            if let seconds = hook["sleep"]["seconds"]?.int {
                await process.ended.wait(atMost: min(grace, .seconds(seconds)))
            } else if let command = hook["exec"]["command"]?.array {
                _ = await execute(command.compactMap(\.string), timeout: grace)
            }
        }
        await process.terminate(grace: max(.zero, grace - (ContinuousClock.now - began)))
    }

    private func noteProcess(_ processID: Int32) {
        do {
            try runtime.cluster.update(.pods, pod.pod.namespace, pod.pod.name) { object in
                guard object.uid == pod.pod.uid else { return }
                object["metadata"]["annotations"]["dev-cluster.understudy.dev/pid"] = .string(String(processID))
            }
        } catch {
            runtime.logger.debug("Process id not noted", metadata: ["pod": "\(pod.pod.name)", "error": "\(error)"])
        }
    }

    private func terminationMessage(_ exit: ContainerExit) -> String? {
        guard exit.exitCode != 0,
            specification["terminationMessagePolicy"]?.string == "FallbackToLogsOnError"
        else { return nil }
        let tail = runtime.logs.tail(podUID: pod.pod.uid, container: name, lines: 80)
        return tail.isEmpty ? nil : String(tail.suffix(2048))
    }
}
