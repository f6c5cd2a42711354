import Foundation
import KubernetesClient
import Logging

/// Makes CloudNativePG clusters real: secrets, services, claim, a job for the first data, then the instance.
struct PostgresClusterController: Sendable {
    private static let claimStatus = "cnpg.io/pvcStatus"

    let cluster: ClusterState
    let events: EventRecorder
    /// The user that PostgreSQL runs as; `nil` for the one of this process.
    let user: Int?

    func controller(logger: Logger) -> Controller {
        let owned: [Controller.Watch] = [.pods, .jobs, .secrets, .services, .persistentVolumeClaims].map {
            .owned($0, by: "Cluster")
        }
        return Controller(
            name: "postgresql-cluster", cluster: cluster, watches: [.itself(.postgresClusters)] + owned,
            logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard var object = cluster.get(.postgresClusters, name.namespace, name.name), !object.isBeingDeleted,
            object.annotations["cnpg.io/reconciliationLoop"] != "disabled"
        else { return nil }
        object = try fillDefaults(object)
        let database = PostgresCluster(object: object)
        let objects = PostgresObjects(cluster: database, user: user)
        do {
            try PostgresSecrets(state: cluster, cluster: database).ensure()
            for service in objects.services { try cluster.ensure(.services, service) }
            try cluster.ensure(.persistentVolumeClaims, objects.claim)
        } catch let error as APIError {
            try report(database, .init("Unable to create required cluster objects", error.message))
            return .seconds(2)
        }
        let stage = try advance(database, objects)
        try report(database, stage)
        return stage.isFinal ? nil : .seconds(5)
    }

    /// Writes what the operator's webhook would fill in.
    private func fillDefaults(_ object: JSONValue) throws(APIError) -> JSONValue {
        let database = PostgresCluster(object: object)
        let method = database.method.rawValue
        let bootstrap = object.spec["bootstrap"][method]
        guard bootstrap["database"] == nil || bootstrap["owner"] == nil else { return object }
        return try cluster.update(.postgresClusters, object.namespace, object.name) { object in
            object["spec"]["bootstrap"][method]["database"] = .string(database.database)
            object["spec"]["bootstrap"][method]["owner"] = .string(database.owner)
        }
    }

    /// One step towards a running instance. Returns where the cluster stands.
    private func advance(
        _ database: PostgresCluster, _ objects: PostgresObjects
    ) throws(APIError) -> PostgresClusterStatus.Stage {
        let claim = cluster.get(.persistentVolumeClaims, database.namespace, database.instanceName)
        if claim?.annotations[Self.claimStatus] != "ready" {
            if let problem = try bootstrap(database, objects) { return problem }
            guard
                let job = cluster.get(.jobs, database.namespace, database.bootstrapJob),
                job.condition("Complete")?["status"]?.string == "True"
            else {
                return .init("Setting up primary", "Creating primary instance \(database.instanceName)")
            }
            try cluster.update(.persistentVolumeClaims, database.namespace, database.instanceName) {
                $0["metadata"]["annotations"][Self.claimStatus] = "ready"
            }
        }
        let pod = cluster.get(.pods, database.namespace, database.instanceName)
        if database.isHibernated {
            if let pod, !pod.isBeingDeleted {
                try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
            }
            return pod == nil ? .hibernated : .init("Cluster in healthy state", "Deleting pods for hibernation")
        }
        guard let pod else {
            try cluster.create(.pods, objects.instance)
            events.normal(
                database.object, "CreatingInstance", "Creating instance \(database.instanceName)",
                from: "cloudnative-pg")
            return .starting
        }
        if pod.isFinishedPod, !pod.isBeingDeleted {
            try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
        }
        guard pod.isReadyPod, !pod.isBeingDeleted else { return .starting }
        // Not before the instance runs, so that the output of the bootstrap can be read meanwhile.
        try cluster.delete(
            .jobs, database.namespace, database.bootstrapJob, DeleteOptions(propagation: .background))
        return .healthy(database)
    }

    /// Makes the job for the first data. Returns what stands against it.
    private func bootstrap(
        _ database: PostgresCluster, _ objects: PostgresObjects
    ) throws(APIError) -> PostgresClusterStatus.Stage? {
        if database.method == .recovery {
            return .init(
                "Cluster is unrecoverable and needs manual intervention",
                "dev-cluster has no volume snapshots and no object stores: use bootstrap.pg_basebackup or initdb.import"
            )
        }
        let source = database.source
        if source != nil || database.method == .pgBaseBackup, database.externalCluster(source) == nil {
            return .init("Invalid cluster definition", "external cluster \"\(source ?? "")\" not found")
        }
        guard let job = cluster.get(.jobs, database.namespace, database.bootstrapJob) else {
            try cluster.create(.jobs, objects.bootstrapJob)
            events.normal(
                database.object, "CreatingInstance", "Primary instance (\(database.bootstrapJob))",
                from: "cloudnative-pg")
            return nil
        }
        guard job.condition("Failed")?["status"]?.string == "True" else { return nil }
        return .init(
            "Cluster is unrecoverable and needs manual intervention",
            "Instance creation failed for the following jobs: \(database.bootstrapJob)")
    }

    private func report(_ database: PostgresCluster, _ stage: PostgresClusterStatus.Stage) throws(APIError) {
        let status = PostgresClusterStatus(
            cluster: database, stage: stage,
            pod: cluster.get(.pods, database.namespace, database.instanceName))
        try cluster.update(.postgresClusters, database.namespace, database.name, .status) { object in
            object["status"] = status.applied(to: object["status"] ?? [:])
        }
    }
}
