import Shared

/// What every clone is given, whatever its source has.
struct CloneSettings: Sendable, Hashable {
    /// Requests and limits; the namespace's quota admits no pod without.
    var cpuRequest = "100m"
    var cpuLimit = "500m"
    var memoryRequest = "256Mi"
    var memoryLimit = "512Mi"

    /// As a `Cluster` has it.
    var resources: JSONValue {
        [
            "requests": ["cpu": .string(cpuRequest), "memory": .string(memoryRequest)],
            "limits": ["cpu": .string(cpuLimit), "memory": .string(memoryLimit)],
        ]
    }
}
