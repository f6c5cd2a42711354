import KubernetesClient
import Logging

/// Takes up the routes of Ingresses, and notes on each where its hosts answer.
struct IngressController: Sendable {
    let cluster: ClusterState
    let routes: IngressRoutes

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "ingress", cluster: cluster, watches: [.itself(.ingresses)], logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let ingress = cluster.get(.ingresses, name.namespace, name.name), !ingress.isBeingDeleted else {
            routes.set(name, nil)
            return nil
        }
        routes.set(name, IngressRoutes.routes(of: ingress))
        try cluster.update(.ingresses, name.namespace, name.name, .status) { object in
            object["status"]["loadBalancer"]["ingress"] = [["ip": "127.0.0.1"]]
        }
        return nil
    }
}
