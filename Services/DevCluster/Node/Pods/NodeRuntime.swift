import Logging

/// What pods are run with.
struct NodeRuntime: Sendable {
    let configuration: NodeConfiguration
    let cluster: ClusterState
    let events: EventRecorder
    let network: NodeNetwork
    let hosts: HostsFiles
    let images: ImageStore
    let sandbox: Sandbox
    let logs: ContainerLogs
    let memory: MemoryWatch
    let programs: PodPrograms
    let logger: Logger
}
