import KubernetesClient
import Testing

@Suite struct NetworkPolicyTests {
    private static let web = peer("a", ["app": "web"], ports: ["http": 8080])
    private static let database = peer("a", ["app": "db"])
    private static let stranger = peer("b", ["app": "web"])

    private static func peer(
        _ namespace: String, _ labels: [String: String], address: String? = nil, ports: [String: Int] = [:]
    ) -> NetworkPeer {
        .pod(
            namespace: namespace, namespaceLabels: ["kubernetes.io/metadata.name": namespace], labels: labels,
            address: address, ports: ports)
    }

    private static func policy(_ spec: JSONValue, named name: String = "p") -> KubernetesObject {
        var policy = KubernetesObject(type: .networkPolicies, name: name, namespace: "a")
        policy.spec = spec
        return policy
    }

    private func allowed(
        _ policies: [KubernetesObject], _ source: NetworkPeer, _ destination: NetworkPeer, _ port: Int = 80,
        _ transport: NetworkFlow.Transport = .tcp
    ) -> Bool {
        NetworkPolicySet(policies).verdict(
            on: NetworkFlow(from: source, to: destination, port: port, transport: transport)
        ).isAllowed
    }

    @Test func `a pod that no policy selects is open in both directions`() {
        let other = Self.policy([
            "podSelector": ["matchLabels": ["app": "other"]], "policyTypes": ["Ingress", "Egress"],
        ])
        #expect(allowed([], Self.stranger, Self.web))
        #expect(allowed([other], Self.stranger, Self.web))
        #expect(allowed([other], Self.web, .address("192.0.2.1")))
    }

    @Test func `a selected pod is closed but for what a rule allows, and the verdict names who denies`() {
        let deny = Self.policy(["podSelector": [:], "policyTypes": ["Ingress", "Egress"]], named: "deny")
        let flow = NetworkFlow(from: Self.stranger, to: Self.web, port: 80)
        #expect(NetworkPolicySet([deny]).verdict(on: flow) == .deniedIngress(policies: ["deny"]))
        let out = NetworkFlow(from: Self.web, to: Self.stranger, port: 80)
        #expect(NetworkPolicySet([deny]).verdict(on: out) == .deniedEgress(policies: ["deny"]))
        let open = Self.policy(
            ["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [[:]]], named: "open")
        #expect(NetworkPolicySet([deny, open]).verdict(on: flow) == .allowed)
        #expect(NetworkPolicySet([deny, open]).verdict(on: out) == .deniedEgress(policies: ["deny"]))
    }

    @Test func `a pod without a namespace selector is one of the policy's own namespace`() {
        let within = Self.policy(["podSelector": [:], "ingress": [["from": [["podSelector": [:]]]]]])
        #expect(allowed([within], Self.database, Self.web))
        #expect(!allowed([within], Self.stranger, Self.web))
    }

    @Test func `both selectors of one peer have to match, two peers are alternatives`() {
        let namespace: JSONValue = ["namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "b"]]]
        var both = namespace
        both["podSelector"] = ["matchLabels": ["app": "db"]]
        let one = Self.policy(["podSelector": [:], "ingress": [["from": [both]]]])
        #expect(!allowed([one], Self.stranger, Self.web))
        #expect(!allowed([one], Self.database, Self.web))
        let two = Self.policy(
            ["podSelector": [:], "ingress": [["from": [namespace, ["podSelector": ["matchLabels": ["app": "db"]]]]]]])
        #expect(allowed([two], Self.stranger, Self.web))
        #expect(allowed([two], Self.database, Self.web))
    }

    @Test func `policyTypes that are left out mean ingress, and egress where it has rules`() {
        #expect(allowed([Self.policy(["podSelector": [:]])], Self.web, Self.stranger))
        #expect(!allowed([Self.policy(["podSelector": [:]])], Self.stranger, Self.web))
        #expect(!allowed([Self.policy(["podSelector": [:], "egress": []])], Self.web, Self.stranger))
    }

    /// A rule's port, a connection, and whether the one lets the other through.
    struct PortCase: Sendable {
        var rule: JSONValue
        var port: Int
        var transport = NetworkFlow.Transport.tcp
        var isAllowed = true
    }

    @Test(arguments: [
        PortCase(rule: ["port": 80], port: 80), PortCase(rule: ["port": 80], port: 81, isAllowed: false),
        PortCase(rule: ["port": 53], port: 53, transport: .udp, isAllowed: false),
        PortCase(rule: ["protocol": "UDP", "port": 53], port: 53, transport: .udp),
        PortCase(rule: ["port": 80, "endPort": 90], port: 85),
        PortCase(rule: ["port": 80, "endPort": 90], port: 91, isAllowed: false),
        PortCase(rule: ["port": "http"], port: 8080), PortCase(rule: ["port": "http"], port: 80, isAllowed: false),
        PortCase(rule: ["protocol": "TCP"], port: 1),
    ])
    func `a rule's ports are numbers, ranges, or names of the destination's`(test: PortCase) {
        let policy = Self.policy(["podSelector": [:], "ingress": [["ports": [test.rule]]]])
        #expect(allowed([policy], Self.stranger, Self.web, test.port, test.transport) == test.isAllowed)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("10.255.0.1", true), ("11.0.0.1", false), ("169.254.169.254", false),
        ("10.9.9.9", false), ("2001:db8::1", false), ("no address", false),
    ])
    func `a block lets its addresses through but for those that it excepts`(address: String, expected: Bool) {
        let policy = Self.policy([
            "podSelector": [:], "policyTypes": ["Egress"],
            "egress": [["to": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["10.9.0.0/16"]]]]]],
        ])
        #expect(allowed([policy], Self.web, .address(address)) == expected)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.200.1.1", true), ("10.0.0.0/9", "10.200.1.1", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("1.2.3.4/32", "1.2.3.4", true), ("1.2.3.4/32", "1.2.3.5", false), ("fd00::/8", "fd12::1", true),
        ("::/0", "1.2.3.4", false), ("192.168.1.128/25", "192.168.1.127", false),
    ])
    func `a block holds the addresses that share its first bits`(block: String, address: String, expected: Bool) throws
    {
        #expect(try #require(IPBlock(block)).contains(try #require(IPAddress(address))) == expected)
    }

    @Test(arguments: ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8"])
    func `what is no block is none`(text: String) {
        #expect(IPBlock(text) == nil)
    }
}
