import KubernetesClient
import NIOCore

/// Keeps NetworkPolicies where a connection goes through a Service. A pod that is reached by its own address is out of
/// its sight: all pods share the loopback interface.
struct NetworkGate: Sendable {
    let cluster: ClusterState
    let programs: PodPrograms

    /// Whether there is a policy at all.
    var isNeeded: Bool { !cluster.list(.networkPolicies).isEmpty }

    /// Whether a connection that was accepted at a Service may go on to a backend. One that no pod has opened may.
    func admits(client: SocketAddress, listener: SocketAddress, to backend: ServiceForwarders.Backend) -> Bool {
        guard let inode = SocketTable.inode(local: client, remote: listener),
            let name = programs.owner(ofSocket: inode),
            let source = cluster.get(.pods, name.namespace, name.name)
        else { return true }
        let target = cluster.list(.pods).first { $0.status["podIP"]?.string == backend.host && !$0.isFinishedPod }
        let destination = target.map(peer) ?? .address(backend.host)
        let namespaces = Set([source.namespace, target?.namespace].compactMap { $0 })
        let policies = namespaces.flatMap { cluster.list(.networkPolicies, $0) }.map { KubernetesObject($0) }
        return NetworkPolicySet(policies).verdict(
            on: NetworkFlow(from: peer(source), to: destination, port: backend.port)
        ).isAllowed
    }

    private func peer(_ pod: JSONValue) -> NetworkPeer {
        let namespace = pod.namespace ?? ""
        let named = (pod.spec["containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
        let ports = named.compactMap { port in
            port["name"]?.string.flatMap { name in port["containerPort"]?.int.map { (name, $0) } }
        }
        return .pod(
            namespace: namespace, namespaceLabels: cluster.get(.namespaces, nil, namespace)?.labels ?? [:],
            labels: pod.labels, address: pod.status["podIP"]?.string,
            ports: Dictionary(ports) { first, _ in first })
    }
}
