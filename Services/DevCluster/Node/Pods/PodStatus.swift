import Foundation
import KubernetesClient

/// A pod's status, derived from its containers.
struct PodStatus {
    let pod: JSONValue
    let containers: [ContainerState]
    let address: String?
    let hasVolumes: Bool
    let startedAt: Date
    /// Set when the pod has ended before its containers could.
    let failure: (reason: String, message: String)?

    private var initContainers: [ContainerState] { containers.filter(\.isInit) }
    private var mainContainers: [ContainerState] { containers.filter { !$0.isInit } }
    private var restartPolicy: String { pod.spec["restartPolicy"]?.string ?? "Always" }

    /// `Pending`, `Running`, `Succeeded` or `Failed`.
    var phase: String {
        if failure != nil { return "Failed" }
        if restartPolicy == "Never",
            initContainers.contains(where: { !$0.isSidecar && ($0.termination?.exit.exitCode ?? 0) != 0 })
        {
            return "Failed"
        }
        guard isInitialized else { return "Pending" }
        let ends = mainContainers.compactMap(\.termination)
        if ends.count == mainContainers.count {
            let hasSucceeded = ends.allSatisfy { $0.exit.exitCode == 0 }
            if restartPolicy == "Never" || pod.isBeingDeleted { return hasSucceeded ? "Succeeded" : "Failed" }
            if restartPolicy == "OnFailure", hasSucceeded { return "Succeeded" }
        }
        let hasBegun = mainContainers.contains { $0.isRunning || $0.termination != nil || $0.last != nil }
        return hasBegun ? "Running" : "Pending"
    }

    private var isInitialized: Bool { initContainers.allSatisfy(\.isInitialized) }

    /// The status on top of the one that is stored, whose transition times are kept.
    func applied(to old: JSONValue) -> JSONValue {
        var status = old
        let phase = phase
        status["phase"] = .string(phase)
        status["reason"] = failure.map { .string($0.reason) }
        status["message"] = failure.map { .string($0.message) }
        status["hostIP"] = "127.0.0.1"
        status["hostIPs"] = [["ip": "127.0.0.1"]]
        if let address {
            status["podIP"] = .string(address)
            status["podIPs"] = [["ip": .string(address)]]
        }
        status["startTime"] = status["startTime"] ?? .string(Timestamp.format(startedAt))
        status["qosClass"] = .string(qualityOfService)
        status["containerStatuses"] = .array(mainContainers.map(\.value))
        if !initContainers.isEmpty { status["initContainerStatuses"] = .array(initContainers.map(\.value)) }
        for condition in conditions(phase) { status.setCondition(condition) }
        return status
    }

    private func conditions(_ phase: String) -> [Condition] {
        let waiting = initContainers.filter { !$0.isInitialized }.map(\.name)
        let unready = containers.filter { (!$0.isInit || $0.isSidecar) && !$0.isReady }.map(\.name)
        let isOver = phase == "Succeeded" || phase == "Failed"
        func list(_ names: [String]) -> String { "[\(names.joined(separator: " "))]" }
        func ready(_ type: String) -> Condition {
            if unready.isEmpty, !isOver, isInitialized { return Condition(type, true, "", "") }
            if phase == "Succeeded" { return Condition(type, false, "PodCompleted", "") }
            return Condition(
                type, false, phase == "Failed" ? "PodFailed" : "ContainersNotReady",
                phase == "Failed" ? "" : "containers with unready status: \(list(unready))")
        }
        return [
            Condition("PodReadyToStartContainers", hasVolumes && !isOver, "", ""),
            waiting.isEmpty
                ? Condition("Initialized", true, phase == "Succeeded" ? "PodCompleted" : "", "")
                : Condition(
                    "Initialized", false, "ContainersNotInitialized",
                    "containers with incomplete status: \(list(waiting))"),
            ready("Ready"), ready("ContainersReady"), Condition("PodScheduled", true, "", ""),
        ]
    }

    private var qualityOfService: String {
        let resources = containers.map { $0.specification["resources"] }
        if resources.allSatisfy({ ($0["requests"]?.object ?? [:]).isEmpty && ($0["limits"]?.object ?? [:]).isEmpty }) {
            return "BestEffort"
        }
        let isGuaranteed = resources.allSatisfy { resource in
            ["cpu", "memory"].allSatisfy { name in
                let limit = Quantity.parse(resource["limits"][name])
                return limit != nil && (Quantity.parse(resource["requests"][name]) ?? limit) == limit
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
