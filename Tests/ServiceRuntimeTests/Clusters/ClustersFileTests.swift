import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@testable import ServiceRuntime

@Suite struct ClustersFileTests {
    /// Reads a text as the file `/etc/understudy/clusters.yaml`, with kubeconfigs that name their own path as server.
    private func read(_ yaml: String) throws -> [ClustersFile.Entry] {
        try ClustersFile(yaml: yaml, path: "/etc/understudy/clusters.yaml") { kubeconfig, _ in
            KubernetesConfiguration(server: kubeconfig ?? "inside")
        }.entries
    }

    @Test func `an entry names a cluster and what differs on it`() throws {
        let entries = try read(
            """
            clusters:
              - name: europe
                kubeconfig: europe.kubeconfig
                context: admin
                baseDomain: eu.preview.example.com
                entry: https://10.0.0.7:8443
                ingressClass: traefik
                addressScheme: https
                addressPort: 8443
                resources:
                  watch: false
                  organization: acme
                  mirror:
                    namespace: previews
              - {name: home, inCluster: true}
            """)
        try #require(entries.map(\.name) == ["europe", "home"])
        #expect(entries[0].kubeconfig == "/etc/understudy/europe.kubeconfig")
        #expect(entries[0].context == "admin")
        #expect(
            entries[0].addresses
                == ClusterAddresses(
                    baseDomain: "eu.preview.example.com", entry: "https://10.0.0.7:8443", ingressClass: "traefik",
                    scheme: .https, port: 8443))
        #expect(!entries[0].environments.isWatched)
        #expect(entries[0].environments.organization.rawValue == "acme")
        #expect(entries[0].environments.mirrorNamespace == "previews")
        #expect(entries[1].kubeconfig == nil)
        #expect(entries[1].configuration.server == "inside")
    }

    @Test func `what an entry does not say is as everywhere`() throws {
        let entry = try #require(try read("clusters: [{name: a, kubeconfig: /k/a}]").first)
        #expect(entry.kubeconfig == "/k/a")
        #expect(entry.addresses == ClusterAddresses())
        #expect(entry.environments == ClusterEnvironments())
        #expect(entry.environments.isWatched)
        #expect(entry.environments.organization == .default)
        #expect(entry.environments.mirrorNamespace == nil)
    }

    @Test(
        arguments: [
            ("[]", "this is no mapping; write fields"),
            ("clusters: {}", "clusters: there is no list; write `clusters:`"),
            ("clusters: []", "clusters: the list is empty; add an entry"),
            ("clusters: [", "this is no YAML ("),
            (
                "clusters: [{name: a, inCluster: true}]\nversion: 1",
                "version: there is no such field; use one of clusters"
            ),
            ("clusters: [{name: a, inCluster: true}]\n---\nb: 1", "there is more than one document; keep the first"),
            ("clusters: [a]", "clusters[0]: this is no mapping"),
            ("clusters: [{inCluster: true}]", "clusters[0].name: it is missing; name the cluster"),
            (
                "clusters: [{name: A_b, inCluster: true}]",
                "clusters[0] (A_b).name: \"A_b\" is no DNS label; use at most 63"
            ),
            (
                "clusters: [{name: a, inCluster: true}, {name: a, inCluster: true}]",
                "clusters[1] (a).name: another entry has the same name; give each"
            ),
            ("clusters: [{name: a}]", "clusters[0] (a).kubeconfig: there is nothing to reach the cluster by; name a"),
            ("clusters: [{name: a, kubeconfig: 1}]", "clusters[0] (a).kubeconfig: this is no text; write it like"),
            (
                "clusters: [{name: a, kubeconfig: b, inCluster: true}]",
                "clusters[0] (a).inCluster: there is a kubeconfig as well; leave one"
            ),
            (
                "clusters: [{name: a, inCluster: true, context: b}]",
                "clusters[0] (a).context: inside a cluster there is no kubeconfig"
            ),
            (
                "clusters: [{name: a, inCluster: true, baseDomain: Eu.example.com}]",
                "clusters[0] (a).baseDomain: \"Eu.example.com\" is no DNS name in lower case; write it like"
            ),
            (
                "clusters: [{name: a, inCluster: true, entry: 10.0.0.7}]",
                "clusters[0] (a).entry: \"10.0.0.7\" is no http or https URL; write it like"
            ),
            (
                "clusters: [{name: a, inCluster: true, addressScheme: ftp}]",
                "clusters[0] (a).addressScheme: \"ftp\" is not known; use http or https"
            ),
            (
                "clusters: [{name: a, inCluster: true, addressPort: 0}]",
                "clusters[0] (a).addressPort: 0 is not a whole number from 1 to 65535; write"
            ),
            (
                "clusters: [{name: a, inCluster: true, resources: {watch: maybe}}]",
                "clusters[0] (a).resources.watch: \"maybe\" is neither true nor false; write"
            ),
            (
                "clusters: [{name: a, inCluster: true, resources: {organization: A}}]",
                "clusters[0] (a).resources.organization: \"A\" is no DNS label; use"
            ),
            (
                "clusters: [{name: a, inCluster: true, resources: {mirror: {}}}]",
                "clusters[0] (a).resources.mirror.namespace: it is missing; name the namespace"
            ),
            (
                "clusters: [{name: a, inCluster: true, basedomain: b.c}]",
                "clusters[0] (a).basedomain: there is no such field; use one of addressPort, addressScheme, baseDomain"
            ),
            (
                "clusters: [{name: a, inCluster: true, resources: {mirror: {namespace: b, name: c}}}]",
                "clusters[0] (a).resources.mirror.name: there is no such field; use one of namespace"
            ),
        ])
    func `a mistake is named with file, entry, field and remedy`(yaml: String, text: String) {
        #expect { try read(yaml) } throws: { "\($0)".hasPrefix("/etc/understudy/clusters.yaml: \(text)") }
    }

    @Test func `all mistakes are named at once`() {
        #expect {
            try read("clusters: [{name: a, inCluster: 3, addressPort: x}, {nam: b}]")
        } throws: { error in
            (error as? ClustersFileError)?.problems.map(\.field) == [
                "clusters[0] (a).inCluster", "clusters[0] (a).kubeconfig", "clusters[0] (a).addressPort",
                "clusters[1].name", "clusters[1].kubeconfig", "clusters[1].nam",
            ]
        }
    }

    @Test func `a kubeconfig's own problem is named with its file`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("clusters-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("clusters.yaml").path
        try Data("clusters: [{name: a, kubeconfig: missing.yaml}]".utf8).write(to: URL(fileURLWithPath: path))
        let start =
            "\(path): clusters[0] (a).kubeconfig: \(folder.path)/missing.yaml: "
            + "the kubeconfig does not exist"
        #expect { try ClustersFile(path: path) } throws: { "\($0)".hasPrefix(start) }
        #expect { try ClustersFile(path: path + "x") } throws: {
            "\($0)".contains("the file does not exist or is not readable; correct CLUSTERS_FILE")
        }
    }
}
