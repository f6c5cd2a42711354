import Foundation
import Shared
import TestSupport
import Testing

@testable import DNSManager

/// Certificates that are missing, bad, renewed or meddled with, shown by the real ingress controller.
@Suite(.timeLimit(.minutes(3))) struct CertificateTests {
    /// A base domain with a certificate of its own: the ingress controller knows certificates by host.
    private struct Domain {
        let name = "x\(PreviewID.random()).localhost"
        let authority: TestAuthority
        private let authorityFile: URL

        init() async throws {
            authority = try TestAuthority()
            authorityFile = FileManager.default.temporaryDirectory.appending(path: "\(name).pem")
            // Of the entry's own certificates, which it shows where no other fits, only the names are to be wrong.
            let entrys = try String(contentsOf: try await ClusterEntry.shared().authority, encoding: .utf8)
            try (authority.pem() + "\n" + entrys).write(to: authorityFile, atomically: true, encoding: .utf8)
        }

        var settings: [String: String] {
            ["BASE_DOMAIN": name, "ADDRESS_CA_FILE": authorityFile.path, "TLS_SECRET": "default/\(name)"]
        }

        func remove() { try? FileManager.default.removeItem(at: authorityFile) }

        func secret(_ pair: (certificate: String, key: String)) -> KubernetesObject {
            var secret = KubernetesObject(type: .secrets, name: name, namespace: "default")
            secret["type"] = "kubernetes.io/tls"
            secret["data"] = [
                "tls.crt": .string(Data(pair.certificate.utf8).base64EncodedString()),
                "tls.key": .string(Data(pair.key.utf8).base64EncodedString()),
            ]
            return secret
        }
    }

    enum Flaw: Sendable, CaseIterable {
        case expired, notYetValid, foreign, otherHosts

        var reason: String {
            switch self {
            case .expired: "CertificateExpired"
            case .notYetValid: "CertificateNotYetValid"
            case .foreign: "CertificateUntrusted"
            case .otherHosts: "CertificateMismatch"
            }
        }

        /// A certificate for all hosts of the domain but for the flaw.
        func certificate(for domain: String, of authority: TestAuthority) throws -> (certificate: String, key: String) {
            switch self {
            case .expired: try authority.issue(for: "*.\(domain)", validity: -7200 ... -3600)
            case .notYetValid: try authority.issue(for: "*.\(domain)", validity: 3600...7200)
            case .foreign: try TestAuthority("stranger").issue(for: "*.\(domain)")
            case .otherHosts: try authority.issue(for: "*.*.\(domain)")
            }
        }
    }

    @Test(arguments: Flaw.allCases)
    func `a bad certificate is named with the next step, and a renewed one is taken up`(flaw: Flaw) async throws {
        let domain = try await Domain()
        defer { domain.remove() }
        let site = try await AddressSite(settings: domain.settings)
        _ = try await site.client.apply(
            domain.secret(try flaw.certificate(for: domain.name, of: domain.authority)), as: .secrets)
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            let silent = try #require(
                try await eventually(within: .seconds(60)) {
                    site.said(AddressFailed.self).last { $0.failure.reason == flaw.reason }
                }, "\(site.messages.all)")
            #expect(!silent.isFinal)
            let step = try #require(silent.failure.nextStep)
            #expect(step.contains("*.\(domain.name)") && step.contains("Secret default/\(domain.name)"))
            #expect(site.said(AddressReady.self).isEmpty)

            _ = try await site.client.apply(
                domain.secret(try domain.authority.issue(for: "*.\(domain.name)")), as: .secrets)
            #expect(try await site.ready() != nil, "\(site.messages.all)")
        }
        try await site.client.delete(.secrets, name: domain.name, namespace: "default")
    }

    @Test func `a missing certificate is named, and copied as soon as it is there`() async throws {
        let domain = try await Domain()
        defer { domain.remove() }
        let site = try await AddressSite(settings: domain.settings)
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            let failed = try #require(site.said(AddressFailed.self).first)
            #expect(failed.failure.reason == "CertificateMissing")
            #expect(failed.failure.object?.description == "Secret default/\(domain.name)")
            #expect(!failed.isFinal)

            _ = try await site.client.apply(
                domain.secret(try domain.authority.issue(for: "*.\(domain.name)")), as: .secrets)
            #expect(try await site.ready() != nil, "\(site.messages.all)")
            #expect(site.said(ResourcePlanned.self).flatMap(\.objects).contains { $0.kind == "Secret" })
        }
        try await site.client.delete(.secrets, name: domain.name, namespace: "default")
    }

    @Test func `a copy that somebody deletes or changes is put right`() async throws {
        let site = try await AddressSite()
        try await site.run {
            try await site.messages.deliver(site.request(), to: site.handler)
            let name = CertificateCopies.copyName
            let namespace = site.preview.namespace
            let first = try #require(try await site.client.get(.secrets, name: name, namespace: namespace))
            try await site.client.delete(.secrets, name: name, namespace: namespace)
            let second = try await eventually {
                try await site.client.get(.secrets, name: name, namespace: namespace).flatMap {
                    $0.uid != first.uid ? $0 : nil
                }
            }
            #expect(second?["data"] == first["data"])

            var changed = KubernetesObject(
                type: .secrets, name: name, namespace: namespace, labels: first.labels)
            changed["type"] = "kubernetes.io/tls"
            changed["data"] = ["tls.crt": "bm90IHRoZSBvbmU=", "tls.key": "bm9yIHRoaXM="]
            _ = try await site.client.apply(changed, as: .secrets)
            let third = try await eventually {
                try await site.client.get(.secrets, name: name, namespace: namespace).flatMap {
                    $0["data"] == first["data"] ? $0 : nil
                }
            }
            #expect(third != nil)
        }
    }
}
