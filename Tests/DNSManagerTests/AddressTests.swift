import Shared
import Testing

@testable import DNSManager

@Suite struct AddressTests {
    @Test(arguments: [
        (AddressScheme.Name.https, 443, "https://a.b"), (.https, 8443, "https://a.b:8443"), (.http, 80, "http://a.b"),
        (.http, 443, "http://a.b:443"),
    ])
    func `an address shows its port unless it is the scheme's`(name: AddressScheme.Name, port: Int, expected: String) {
        let scheme = AddressScheme(name: name, port: port, hosts: PreviewHosts(baseDomain: "b"))
        #expect(scheme.url(host: "a.b") == expected)
    }

    @Test func `the primary service answers at the preview's own host as well`() throws {
        #expect(try Fixtures.address().hosts == ["orders-bcdf2345.preview.example.com"])
        #expect(
            try Fixtures.address(isPrimary: true).hosts == [
                "orders-bcdf2345.preview.example.com", "bcdf2345.preview.example.com",
            ])
    }

    static let ports: [(JSONValue, BackendPort?)] = [
        ([["name": "metrics", "port": 9090], ["name": "http", "port": 80]], .name("http")),
        ([["name": "metrics", "port": 9090], ["name": "web", "port": 80]], .name("web")),
        ([["name": "api", "port": 8080], ["name": "metrics", "port": 9090]], .name("api")),
        ([["name": "x", "port": 8080], ["name": "y", "port": 80, "appProtocol": "http"]], .name("y")),
        ([["name": "dns", "port": 53, "protocol": "UDP"], ["name": "tcp", "port": 1]], .name("tcp")),
        ([["port": 8000]], .number(8000)),
        ([], nil),
    ]

    @Test(arguments: ports)
    func `requests go to the port for HTTP, else to the first`(ports: JSONValue, expected: BackendPort?) {
        #expect(BackendPort(of: Fixtures.service(ports)) == expected)
    }

    @Test func `an endpoint is ready unless it says that it is not`() {
        #expect(Fixtures.backend(ready: [true, false, nil]).readyEndpoints == 2)
        #expect(!Fixtures.backend(ready: [false]).isUp)
        #expect(!Fixtures.backend(ports: nil).isUp)
        #expect(Fixtures.backend().isUp)
    }
}

@Suite struct WildcardProviderTests {
    private let provider = WildcardProvider(ingressClass: "nginx", certificate: .inPlace(name: "wildcard"))

    @Test func `an Ingress leads every host to the service`() throws {
        let ingress = provider.anchor(for: try Fixtures.address(isPrimary: true), port: .name("http"))
        #expect(ingress.name == "orders")
        #expect(ingress.namespace == "preview-bcdf2345")
        #expect(ingress.spec["ingressClassName"] == "nginx")
        #expect(ingress.spec["rules"].array?.count == 2)
        #expect(
            ingress.spec["rules"][1] == [
                "host": "bcdf2345.preview.example.com",
                "http": [
                    "paths": [
                        [
                            "path": "/", "pathType": "Prefix",
                            "backend": ["service": ["name": "orders", "port": ["name": "http"]]],
                        ]
                    ]
                ],
            ])
        #expect(ingress.spec["tls"][0]["secretName"] == "wildcard")
        #expect(ingress.spec["tls"][0]["hosts"].array?.count == 2)
    }

    @Test func `without a class or a certificate of its own an Ingress names none`() throws {
        let plain = WildcardProvider(ingressClass: nil, certificate: nil)
        let ingress = plain.anchor(for: try Fixtures.address(), port: .number(8080))
        #expect(ingress.spec["ingressClassName"] == nil)
        #expect(ingress.spec["tls"] == nil)
    }

    @Test func `an address is read back from its Ingress`() throws {
        let address = try Fixtures.address(isPrimary: true)
        #expect(provider.address(of: provider.anchor(for: address, port: nil), on: "local") == address)
    }

    @Test func `a long service name survives although labels hold a shortened one`() throws {
        var address = try Fixtures.address()
        address.service = String(repeating: "a", count: 70)
        #expect(provider.address(of: provider.anchor(for: address, port: nil), on: "local")?.service == address.service)
    }

    @Test func `an Ingress that is not ours is no address`() throws {
        var ingress = provider.anchor(for: try Fixtures.address(), port: nil)
        ingress.labels[PreviewLabels.managedBy] = "Helm"
        #expect(provider.address(of: ingress, on: "local") == nil)
    }
}
