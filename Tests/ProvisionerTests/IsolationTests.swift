import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

/// What a preview's pods reach and who reaches them, by the policies that every preview's namespace is given. Each
/// denial and each allowance of this table is one that other systems got wrong.
@Suite struct IsolationTests {
    /// The ends of connections.
    enum End: String, CaseIterable, Sendable {
        case application, otherApplication, clone, cloneJob, otherPreview, otherClone, production, productionDatabase
        case dns, nodeDNS, ingressController, hostIngress, databaseOperator, apiServer, apiService, metadata, internet
        case partner, solver, monitoring

        var peer: NetworkPeer {
            switch self {
            case .application: pod(preview, ["app.kubernetes.io/name": "orders"])
            case .otherApplication: pod(preview, ["app.kubernetes.io/name": "storefront"])
            case .clone: pod(preview, ["cnpg.io/cluster": "orders-db", "cnpg.io/podRole": "instance"])
            case .cloneJob: pod(preview, ["cnpg.io/cluster": "orders-db", "cnpg.io/jobRole": "pgbasebackup"])
            case .solver: pod(preview, ["acme.cert-manager.io/http01-solver": "true"])
            case .otherPreview: pod("preview-zzzz2222", ["app.kubernetes.io/name": "orders"])
            case .otherClone: pod("preview-zzzz2222", ["cnpg.io/cluster": "orders-db"])
            case .production: pod("shop", ["app.kubernetes.io/name": "orders"])
            case .productionDatabase: pod("shop", ["cnpg.io/cluster": "orders-db"])
            case .dns: pod("kube-system", ["k8s-app": "kube-dns"])
            case .ingressController: pod("ingress-nginx", ["app.kubernetes.io/name": "ingress-nginx"])
            case .databaseOperator: pod("cnpg-system", ["app.kubernetes.io/name": "cloudnative-pg"])
            case .monitoring: pod("monitoring", ["app.kubernetes.io/name": "prometheus"])
            case .nodeDNS: .address("169.254.20.10")
            case .hostIngress: .address("10.250.0.7")
            case .apiServer: .address("10.0.0.1")
            case .apiService: .address("10.96.0.1")
            case .metadata: .address("169.254.169.254")
            case .internet: .address("93.184.216.34")
            case .partner: .address("198.51.100.20")
            }
        }

        private var preview: String { Fixtures.preview.namespace }

        private func pod(_ namespace: String, _ labels: [String: String]) -> NetworkPeer {
            .pod(
                namespace: namespace, namespaceLabels: ["kubernetes.io/metadata.name": namespace], labels: labels)
        }
    }

    /// A connection and what is to become of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var source: End
        var destination: End
        var port: Int
        var transport = NetworkFlow.Transport.tcp
        var testDescription: String { "\(source) → \(destination) \(transport.rawValue) \(port)" }
    }

    private func policies(_ settings: NamespaceSettings = NamespaceSettings()) -> NetworkPolicySet {
        let objects = NamespaceObjects(
            preview: Fixtures.preview, settings: settings,
            apiServer: [.init(host: "10.0.0.1", port: 6443), .init(host: "10.96.0.1", port: 443)])
        return NetworkPolicySet(
            objects.contents().map { KubernetesObject($0) }.filter { $0.kind == "NetworkPolicy" })
    }

    private func verdict(_ test: Case, _ settings: NamespaceSettings = NamespaceSettings()) -> Bool {
        policies(settings).verdict(
            on: NetworkFlow(
                from: test.source.peer, to: test.destination.peer, port: test.port, transport: test.transport)
        ).isAllowed
    }

    @Test(arguments: [
        Case(source: .application, destination: .otherApplication, port: 8080),
        Case(source: .otherApplication, destination: .application, port: 8080),
        Case(source: .application, destination: .clone, port: 5432),
        Case(source: .clone, destination: .clone, port: 8000),
        Case(source: .application, destination: .dns, port: 53, transport: .udp),
        Case(source: .application, destination: .dns, port: 53),
        Case(source: .application, destination: .nodeDNS, port: 53, transport: .udp),
        Case(source: .cloneJob, destination: .dns, port: 53, transport: .udp),
        Case(source: .ingressController, destination: .application, port: 8080),
        Case(source: .ingressController, destination: .solver, port: 8089),
        Case(source: .internet, destination: .solver, port: 8089),
        Case(source: .databaseOperator, destination: .clone, port: 8000),
        Case(source: .databaseOperator, destination: .clone, port: 5432),
        Case(source: .clone, destination: .apiServer, port: 6443),
        Case(source: .clone, destination: .apiService, port: 443),
        Case(source: .cloneJob, destination: .apiServer, port: 6443),
    ])
    func `a preview's pods can do what they need`(test: Case) { #expect(verdict(test)) }

    @Test(arguments: [
        Case(source: .application, destination: .otherPreview, port: 8080),
        Case(source: .otherPreview, destination: .application, port: 8080),
        Case(source: .application, destination: .otherClone, port: 5432),
        Case(source: .otherPreview, destination: .clone, port: 5432),
        Case(source: .application, destination: .productionDatabase, port: 5432),
        Case(source: .clone, destination: .productionDatabase, port: 5432),
        // What lets it copy is made for one clone and its one source, and goes when the copy is done.
        Case(source: .cloneJob, destination: .productionDatabase, port: 5432),
        Case(source: .cloneJob, destination: .otherClone, port: 5432),
        Case(source: .application, destination: .production, port: 8080),
        Case(source: .production, destination: .application, port: 8080),
        Case(source: .application, destination: .apiServer, port: 6443),
        Case(source: .application, destination: .apiService, port: 443),
        Case(source: .application, destination: .metadata, port: 80),
        Case(source: .clone, destination: .metadata, port: 80),
        Case(source: .application, destination: .internet, port: 443),
        Case(source: .application, destination: .dns, port: 443),
        Case(source: .application, destination: .nodeDNS, port: 80),
        Case(source: .application, destination: .databaseOperator, port: 9443),
        Case(source: .ingressController, destination: .clone, port: 5432),
        Case(source: .databaseOperator, destination: .application, port: 8000),
        Case(source: .monitoring, destination: .application, port: 8080),
        Case(source: .hostIngress, destination: .application, port: 8080),
        Case(source: .internet, destination: .application, port: 8080),
    ])
    func `a preview's pods can do nothing else`(test: Case) { #expect(!verdict(test)) }

    @Test func `an ingress controller on its nodes' network gets in where its addresses are named`() {
        var settings = NamespaceSettings()
        settings.ingressAddresses = ["10.250.0.0/16"]
        #expect(verdict(Case(source: .hostIngress, destination: .application, port: 8080), settings))
        #expect(!verdict(Case(source: .hostIngress, destination: .clone, port: 5432), settings))
    }

    @Test func `addresses outside that an operator names are reached, the metadata service never`() {
        var settings = NamespaceSettings()
        settings.outsideAddresses = ["198.51.100.0/24"]
        #expect(verdict(Case(source: .application, destination: .partner, port: 443), settings))
        #expect(!verdict(Case(source: .application, destination: .internet, port: 443), settings))
        settings.outsideAddresses = ["0.0.0.0/0"]
        #expect(verdict(Case(source: .application, destination: .internet, port: 443), settings))
        #expect(!verdict(Case(source: .application, destination: .metadata, port: 80), settings))
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "fd00:ec2::254", "fd00:ec2::23",
        "fd20:ce::254",
    ])
    func `no block that an operator names leads to a cloud's credentials`(address: String) {
        var settings = NamespaceSettings()
        settings.outsideAddresses = ["0.0.0.0/0", "::/0", "169.254.0.0/16", "fd00::/8"]
        let flow = NetworkFlow(from: End.application.peer, to: .address(address), port: 80)
        #expect(!policies(settings).verdict(on: flow).isAllowed)
        let other = NetworkFlow(from: End.application.peer, to: .address("2001:db8::1"), port: 443)
        #expect(policies(settings).verdict(on: other).isAllowed)
    }

    @Test func `on Cilium the databases reach the API server by its name`() throws {
        let objects = NamespaceObjects(
            preview: Fixtures.preview, settings: NamespaceSettings(), apiServer: [], hasCilium: true)
        let policy = try #require(objects.contents().object("CiliumNetworkPolicy", "understudy-database"))
        #expect(policy["spec"]["egress"] == [["toEntities": ["kube-apiserver"]]])
        #expect(policy["spec"]["endpointSelector"]["matchExpressions"][0]["key"].string == "cnpg.io/cluster")
    }
}
