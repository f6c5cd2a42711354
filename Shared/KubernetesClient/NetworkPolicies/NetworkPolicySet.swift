/// Decides by NetworkPolicies (`networking.k8s.io/v1`) whether a connection is let through, as a network plugin that
/// implements them would: a pod that no policy selects for a direction is open in it; else one rule has to allow.
public struct NetworkPolicySet: Sendable {
    /// What becomes of a connection.
    public enum Verdict: Sendable, Hashable {
        /// Nothing stops it.
        case allowed
        /// The source's policies, which are named, do not let it out.
        case deniedEgress(policies: [String])
        /// The destination's policies, which are named, do not let it in.
        case deniedIngress(policies: [String])

        /// Whether the connection is let through.
        public var isAllowed: Bool { self == .allowed }
    }

    private enum Direction: String {
        case ingress = "Ingress"
        case egress = "Egress"

        /// The member that names the other end.
        var peers: String { self == .ingress ? "from" : "to" }
    }

    private let policies: [String: [KubernetesObject]]

    /// Creates a set from all policies of the namespaces that matter.
    public init(_ policies: [KubernetesObject]) {
        self.policies = Dictionary(grouping: policies) { $0.namespace ?? "" }
    }

    /// The verdict on a connection.
    public func verdict(on flow: NetworkFlow) -> Verdict {
        let out = isolating(flow.source, .egress)
        guard out.isEmpty || out.contains(where: { allows($0, .egress, flow) }) else {
            return .deniedEgress(policies: out.map(\.name).sorted())
        }
        let into = isolating(flow.destination, .ingress)
        guard into.isEmpty || into.contains(where: { allows($0, .ingress, flow) }) else {
            return .deniedIngress(policies: into.map(\.name).sorted())
        }
        return .allowed
    }

    /// The policies that select a pod for a direction.
    private func isolating(_ peer: NetworkPeer, _ direction: Direction) -> [KubernetesObject] {
        guard case .pod(let namespace, _, let labels, _, _) = peer else { return [] }
        return (policies[namespace] ?? []).filter { policy in
            Self.directions(of: policy).contains(direction.rawValue)
                && PodSelector(policy.spec["podSelector"]).matches(labels)
        }
    }

    /// Without `policyTypes` a policy is about ingress, and about egress where it has rules for it.
    private static func directions(of policy: KubernetesObject) -> [String] {
        policy.spec["policyTypes"].array?.compactMap(\.string)
            ?? (policy.spec["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"])
    }

    private func allows(_ policy: KubernetesObject, _ direction: Direction, _ flow: NetworkFlow) -> Bool {
        let rules = policy.spec[direction == .ingress ? "ingress" : "egress"].array ?? []
        let other = direction == .ingress ? flow.source : flow.destination
        return rules.contains { rule in
            let peers = rule[direction.peers].array ?? []
            let ports = rule["ports"].array ?? []
            return (peers.isEmpty || peers.contains { Self.matches($0, other, from: policy.namespace) })
                && (ports.isEmpty || ports.contains { Self.matches($0, flow) })
        }
    }

    private static func matches(_ rule: JSONValue, _ peer: NetworkPeer, from namespace: String?) -> Bool {
        if let block = rule["ipBlock"] {
            guard let address = peer.address.flatMap(IPAddress.init) else { return false }
            let excluded = (block["except"].array ?? []).compactMap { $0.string.flatMap(IPBlock.init) }
            return block["cidr"].string.flatMap(IPBlock.init)?.contains(address) == true
                && !excluded.contains { $0.contains(address) }
        }
        guard case .pod(let own, let namespaceLabels, let labels, _, _) = peer else { return false }
        if let selector = rule["namespaceSelector"] {
            guard PodSelector(selector).matches(namespaceLabels) else { return false }
        } else if own != namespace {
            return false
        }
        return PodSelector(rule["podSelector"]).matches(labels)
    }

    private static func matches(_ rule: JSONValue, _ flow: NetworkFlow) -> Bool {
        guard rule["protocol"].string ?? "TCP" == flow.transport.rawValue else { return false }
        guard let port = rule["port"] else { return true }
        if let name = port.string {
            guard case .pod(_, _, _, _, let ports) = flow.destination else { return false }
            return ports[name] == flow.port
        }
        guard let first = port.int else { return false }
        return (first...max(first, rule["endPort"].int ?? first)).contains(flow.port)
    }
}
