import Foundation
import Shared
import TestSupport
import Testing

@testable import DNSManager

/// Against a real API server with pods that run, and requests through the real ingress controller.
@Suite(.timeLimit(.minutes(3))) struct AddressingTests {
    @Test func `an address is ready when a request through the entry point is answered`() async throws {
        let site = try await AddressSite()
        try await site.run {
            // Asked for before there is anything behind it; the port is found out later.
            try await site.messages.deliver(site.request(isPrimary: true), to: site.handler)
            let pending = try #require(
                try await eventually { site.said(AddressPending.self).last }, "\(site.messages.all)")
            #expect(pending.message.hasPrefix("There is no Service orders"))
            #expect(site.said(AddressReady.self).isEmpty)

            try await site.deploy()
            let ready = try #require(try await site.ready(), "\(site.messages.all)")
            let id = site.preview.id
            #expect(ready.url == "https://orders-\(id).preview.localhost:\(site.entryPort)")
            #expect(ready.hosts == ["orders-\(id).preview.localhost", "\(id).preview.localhost"])
            let probe = HTTPProbe(
                connectTo: "127.0.0.1:\(site.entryPort)",
                certificateAuthority: try Data(contentsOf: await ClusterEntry.shared().authority))
            // The entry takes plain HTTP at the same port.
            for url in ready.hosts.flatMap({ host in ["https://\(host)", "http://\(host)"] }) {
                let outcome = try await probe.get("\(url):\(site.entryPort)/healthz")
                guard case .answered(200, _, let body) = outcome else {
                    Issue.record("\(url): \(outcome)")
                    continue
                }
                #expect(String(decoding: body, as: UTF8.self) == "shop\n")
            }
            #expect(site.said(AddressFailed.self).isEmpty, "a preview that starts fails nothing")
            let planned = site.said(ResourcePlanned.self).flatMap(\.objects).map(\.description)
            let namespace = site.preview.namespace
            #expect(planned == ["Secret \(namespace)/understudy-certificate", "Ingress \(namespace)/orders"])
        }
    }

    @Test func `an address that stops answering is told, with why, and comes back`() async throws {
        let site = try await AddressSite()
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            _ = try #require(try await site.ready(), "\(site.messages.all)")
            try await site.deploy(replicas: 0)
            let silent = try #require(
                try await eventually(within: .seconds(60)) {
                    site.said(AddressFailed.self).last { $0.failure.reason == "NoEndpoints" }
                }, "\(site.messages.all)")
            #expect(!silent.isFinal)
            try await site.deploy(replicas: 1)
            let back = try await eventually(within: .seconds(60)) {
                site.said(AddressReady.self).last { $0.observedAt > silent.observedAt }
            }
            #expect(back != nil)
        }
    }

    @Test func `an update is answered for its own generation, a late request changes nothing`() async throws {
        let site = try await AddressSite()
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(generation: 2), to: site.handler)
            _ = try #require(try await site.ready(generation: 2), "\(site.messages.all)")
            try await site.messages.deliver(site.request(generation: 1), to: site.handler)
            let ingress = try await site.client.get(.ingresses, name: "orders", namespace: site.preview.namespace)
            #expect(ingress?.labels[PreviewLabels.generation] == "2")
        }
    }

    @Test func `a request of an earlier preview makes nothing in the namespace of a later one`() async throws {
        let site = try await AddressSite()
        try await site.run {
            let later = PreviewLabels.labels(for: site.request(generation: 4).preview)
            _ = try await site.client.patch(
                .namespaces, name: site.preview.namespace, .merge(["metadata": ["labels": JSONValue(later)]]))
            try await site.messages.deliver(site.request(generation: 3), to: site.handler)
            #expect(try await site.client.get(.ingresses, name: "orders", namespace: site.preview.namespace) == nil)
            #expect(site.said(AddressFailed.self).isEmpty)
            try await site.messages.deliver(site.request(generation: 4), to: site.handler)
            #expect(try await site.client.get(.ingresses, name: "orders", namespace: site.preview.namespace) != nil)
        }
    }

    @Test func `an entry point that nobody serves fails for good when the service behind is up`() async throws {
        let port = try #require(try RabbitMQServer.freePorts(1).first)
        let site = try await AddressSite(settings: [
            "ENTRY_URL": "https://127.0.0.1:\(port)", "ADDRESS_DEADLINE_SECONDS": "3",
        ])
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            let failed = try #require(
                try await eventually(within: .seconds(60)) {
                    site.said(AddressFailed.self).last(where: \.isFinal)
                }, "\(site.messages.all)")
            #expect(failed.failure.reason == "ConnectionRefused")
            #expect(failed.failure.nextStep?.contains("ENTRY_URL") == true)
        }
    }

    @Test func `cleanup removes Ingress and certificate, says so, and may be asked for again`() async throws {
        let site = try await AddressSite()
        try await site.run {
            try await site.messages.deliver(site.request(), to: site.handler)
            for _ in 0..<2 {
                try await site.messages.deliver(
                    CleanupRequested(preview: site.preview, reason: .rejected), to: site.cleanup)
                let completed = try #require(
                    try await eventually { site.said(CleanupCompleted.self).last })
                #expect(Set(completed.removed.map(\.object.kind)) == ["Ingress", "Secret"])
            }
            for type in [ResourceType.ingresses, .secrets] {
                let ours = LabelSelector(stringLiteral: PreviewLabels.selector(for: site.preview.id))
                let left = try await site.client.list(type, namespace: site.preview.namespace, labels: ours).items
                #expect(left.map(\.name) == [])
            }
        }
    }

    @Test func `an Ingress that somebody deletes is missed, and comes back when it is asked for again`() async throws {
        let site = try await AddressSite()
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            #expect(try await eventually { site.said(AddressReady.self).first } != nil)
            try await site.client.delete(.ingresses, name: "orders", namespace: site.preview.namespace)
            let missed = try #require(
                try await eventually {
                    site.said(AddressFailed.self).first { $0.failure.reason == "AddressDeleted" }
                })
            #expect(missed.preview == site.preview && !missed.isFinal && missed.failure.object?.kind == "Ingress")
            let before = site.said(AddressReady.self).count
            try await site.messages.deliver(site.request(), to: site.handler)
            #expect(try await eventually { site.said(AddressReady.self).count > before ? true : nil } == true)
        }
    }
}
