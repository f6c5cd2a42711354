import Foundation
import KubernetesClient

/// What is known of one container of a pod; becomes its entry in `containerStatuses`.
struct ContainerState: Sendable {
    /// A run that ended.
    struct Termination: Sendable, Equatable {
        var exit: ContainerExit
        var reason: String
        var message: String?
        var startedAt: Date
        var finishedAt: Date

        var value: JSONValue {
            var value: JSONValue = [
                "exitCode": JSONValue(exit.exitCode), "reason": .string(reason),
                "startedAt": .string(Timestamp.format(startedAt)),
                "finishedAt": .string(Timestamp.format(finishedAt)),
            ]
            if let message { value["message"] = .string(message) }
            return value
        }
    }

    enum Phase: Sendable, Equatable {
        case waiting(reason: String, message: String?)
        case running(since: Date)
        case terminated(Termination)
    }

    let specification: JSONValue
    /// Runs before the containers.
    let isInit: Bool
    var imageID = ""
    var phase: Phase
    var last: Termination?
    var restartCount = 0
    /// Passed its readiness probe, or runs and has none.
    var isReady = false
    /// Passed its startup probe, or runs and has none.
    var isStarted = false

    var name: String { specification["name"]?.string ?? "" }
    var image: String { specification["image"]?.string ?? "" }
    /// An init container that goes on beside the containers.
    var isSidecar: Bool { isInit && specification["restartPolicy"]?.string == "Always" }

    var termination: Termination? {
        guard case .terminated(let termination) = phase else { return nil }
        return termination
    }

    var isRunning: Bool {
        guard case .running = phase else { return false }
        return true
    }

    /// Whether an init container lets the next one begin.
    var isInitialized: Bool { isSidecar ? isStarted : termination?.exit.exitCode == 0 }

    var value: JSONValue {
        var state: JSONValue
        switch phase {
        case .waiting(let reason, let message):
            state = ["waiting": ["reason": .string(reason)]]
            if let message { state["waiting"]["message"] = .string(message) }
        case .running(let since): state = ["running": ["startedAt": .string(Timestamp.format(since))]]
        case .terminated(let termination): state = ["terminated": termination.value]
        }
        return [
            "name": .string(name), "image": .string(image), "imageID": .string(imageID),
            "containerID": .string(imageID.isEmpty ? "" : "dev-cluster://\(name)-\(restartCount)"),
            "ready": .bool(isInit && !isSidecar ? termination?.exit.exitCode == 0 : isReady),
            "started": .bool(isStarted), "restartCount": JSONValue(restartCount),
            "state": state, "lastState": last.map { ["terminated": $0.value] } ?? [:],
        ]
    }
}
