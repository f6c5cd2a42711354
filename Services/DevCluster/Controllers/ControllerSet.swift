import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle

/// Everything that makes the stored objects happen: controllers, scheduler, the node with its pods, forwarders,
/// databases. Ingresses are left to an ingress controller, which runs beside the cluster as beside any other.
struct ControllerSet: Service {
    /// The output of the node's containers, for the API.
    let logs: any PodLogSource
    /// Runs the node's pods.
    let kubelet: Kubelet
    private let services: [any Service]
    private let database: PostgresImage
    private let sandbox: Sandbox
    private let forwarders: ServiceForwarders
    private let preparesDatabases: Bool
    private let logger: Logger

    /// Prepares all parts, and registers the node and the definitions that the parts bring.
    ///
    /// - Throws: when the node's folder or addresses cannot be had; the error says what to do.
    init(store: ObjectStore, configuration: NodeConfiguration, logger: Logger) async throws {
        let cluster = ClusterState(store)
        let events = EventRecorder(cluster: cluster)
        for folder in [configuration.podsDirectory, configuration.volumesDirectory, configuration.logsDirectory] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let sandbox = Sandbox(bubblewrap: configuration.usesSandbox ? await Sandbox.findBubblewrap() : nil)
        let network = try NodeNetwork(directory: configuration.directory)
        let database = try PostgresImage(directory: configuration.databaseImageDirectory)
        try PostgresClusterDefinition.install(in: cluster)
        let logs = ContainerLogs(directory: configuration.logsDirectory, cluster: cluster)
        let images = ImageStore(
            directory: configuration.imagesDirectory, databaseDirectory: database.directory)
        let runtime = NodeRuntime(
            configuration: configuration, cluster: cluster, events: events, network: network,
            hosts: try HostsFiles(directory: configuration.hostsDirectory),
            images: images,
            sandbox: sandbox, logs: logs,
            memory: MemoryWatch(), programs: PodPrograms(), logger: logger)
        try NodeRegistration(cluster: cluster, name: configuration.name, isIsolating: sandbox.isIsolating).register()
        let forwarders = ServiceForwarders(
            gate: NetworkGate(cluster: cluster, programs: runtime.programs), logger: logger)
        let serviceController = ServiceController(
            cluster: cluster, network: network, hosts: runtime.hosts, forwarders: forwarders)
        serviceController.provideAddresses()
        let kubelet = Kubelet(runtime: runtime)
        services = [
            DeploymentController(cluster: cluster, events: events).controller(logger: logger),
            ReplicaSetController(cluster: cluster, events: events).controller(logger: logger),
            StatefulSetController(cluster: cluster, events: events).controller(logger: logger),
            DaemonSetController(cluster: cluster, events: events).controller(logger: logger),
            JobController(cluster: cluster, events: events).controller(logger: logger),
            CronJobController(cluster: cluster, events: events).controller(logger: logger),
            AutoscalerController(cluster: cluster).controller(logger: logger),
            Scheduler(cluster: cluster, events: events, node: configuration.name).controller(logger: logger),
            ClaimController(cluster: cluster, directory: configuration.volumesDirectory).controller(logger: logger),
            serviceController.controller(logger: logger),
            PostgresClusterController(cluster: cluster, events: events, user: database.user)
                .controller(logger: logger),
            kubelet,
            NodeImageReport(cluster: cluster, name: configuration.name, images: images),
            runtime.memory,
        ]
        self.logs = logs
        self.kubelet = kubelet
        self.database = database
        self.sandbox = sandbox
        self.forwarders = forwarders
        preparesDatabases = configuration.preparesDatabases
        self.logger = logger
        logger.notice("NetworkPolicies hold for connections to Services, not for those to a pod's own address")
        if !sandbox.isIsolating {
            logger.warning(
                "Pods run as plain processes: install bubblewrap for volumes, names in pods and separate processes")
        }
    }

    /// Runs all parts until they are to stop; ends when no process of a pod is left.
    func run() async throws {
        do {
            try await runServices()
        } catch {
            await forwarders.closeAll()
            throw error
        }
        await forwarders.closeAll()
    }

    private func runServices() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if preparesDatabases { group.addTask { await database.prepareTemplate(in: sandbox, logger: logger) } }
            for service in services { group.addTask { try await service.run() } }
            try await group.waitForAll()
        }
    }
}
