import Foundation
import Shared
import Testing

@testable import DNSManager

/// An address and what stands behind it, as the tests need them.
enum Fixtures {
    static func preview(generation: Int = 1) throws -> PreviewReference {
        PreviewReference(
            id: try #require(PreviewID(rawValue: "bcdf2345")), organization: .default, cluster: "local",
            generation: generation)
    }

    static let scheme = AddressScheme(
        name: .http, port: 8080, hosts: PreviewHosts(baseDomain: "preview.example.com"))

    static func address(isPrimary: Bool = false) throws -> Address {
        let preview = try preview()
        return Address(
            preview: preview, service: "orders",
            hosts: scheme.hosts(of: "orders", in: preview.id, isPrimary: isPrimary))
    }

    static func service(_ ports: JSONValue) -> KubernetesObject {
        var service = KubernetesObject(type: .services, name: "orders", namespace: "preview-bcdf2345")
        service.spec = ["ports": ports, "selector": ["app": "orders"]]
        return service
    }

    static func slice(ready: [Bool?]) -> KubernetesObject {
        KubernetesObject([
            "endpoints": .array(
                ready.map { ready in
                    var endpoint: JSONValue = ["addresses": ["127.0.0.9"], "conditions": [:]]
                    endpoint["conditions"]["ready"] = ready.map { .bool($0) }
                    return endpoint
                })
        ])
    }

    static func backend(ports: JSONValue? = [["name": "http", "port": 80]], ready: [Bool?] = [true]) -> Backend {
        Backend(service: ports.map(service), endpointSlices: [slice(ready: ready)])
    }
}
