import Foundation
import KubernetesClient
import Testing

@testable import Helm

struct HelmReleaseTests {
    /// What Helm 3 keeps of a release, gzipped and base64-encoded twice.
    private static let packed = """
        SDRzSUFBQUFBQUFDQTJXUXpVN0RNQkNFWHlYeW1ZU21wUWNxOVZRT0JYRkRGS20waDYyOVNhejRUN1lUS1lyeTd0Z09FQ0Z1TytQUHU3TTdFZ1VT\
        eVM0ajJqSzBqdHhseVhFR2FMSmRvMDAwKy9ESXRRcldKaWl1S2gzS2tUZ1B2bk1SWkdpRUhwQkZtS0dqbGhzL2Z5RHZwcmJBTUtOYUdvRWV5UlFZ\
        cWxYRjY5U0VTNmd4VlI2aVE4cmlvVmlSS1dJU0ZLL1ErV2puZVg1UkxWZHNsNzJoN1RuRmk0cmpHcTNibU9Gei9JUFA1SXUrQldxNnhwRU5XSi9t\
        U1BUQXdFTVMveSt3TEV0V1JSbWlCQThNUHkxMnYwNUxDRTNiSUZVblJQd0dva09YZXRwd0RVNGhpaktDampZb1lVRTlobE9BeCsvWVB4Ris3WHNv\
        QnBBaUhYUE9TV0F0dXZPVHJuSGo2bGR4Ym03SGs2REQxc0xIdG4wK2xvK0hlcitmOTZ5NG1CdGZwK2tMZmp2b3FPRUJBQUE9
        """

    private func secret(_ release: String) -> JSONValue {
        [
            "metadata": [
                "name": "sh.helm.release.v1.orders.v3", "namespace": "shop",
                "labels": ["owner": "helm", "name": "orders", "version": "3", "status": "deployed"],
            ],
            "data": ["release": .string(release)],
        ]
    }

    @Test func `a release is read from its Secret`() throws {
        let release = try HelmRelease(secret: secret(Self.packed))
        #expect(release.name == "orders" && release.namespace == "shop" && release.revision == 3)
        #expect(release.status == .deployed)
        #expect(release.values["image"]["tag"].string == "1.4.0")
        #expect(release.chart.title == "orders-0.1.0")
        #expect(release.chart.values["replicas"].int == 1)
        #expect(release.chart.files.map(\.path) == ["templates/a.yaml"])
        #expect(release.chart.schema == nil)
        #expect(release.hooks == ["kind: Job\n"])
    }

    @Test func `data that is damaged is refused with the reason`() throws {
        for damaged in [String(Self.packed.dropLast(120)), "", "bm8=", "%%%"] {
            #expect(throws: HelmReleaseError.self) { try HelmRelease(secret: secret(damaged)) }
        }
    }

    @Test(arguments: ["../evil", "/etc/passwd", "templates/../../x", "a//b", "./a", "a\\b"])
    func `a chart that names files outside itself is refused`(path: String) {
        let chart: JSONValue = [
            "metadata": ["name": "a"], "templates": [["name": .string(path), "data": ""]],
        ]
        #expect(throws: HelmReleaseError.self) { try HelmChart(releaseJSON: chart) }
    }

    @Test func `the newest installed revision counts, whatever failed after it`() {
        let secrets = [("1", "superseded"), ("2", "deployed"), ("10", "failed"), ("9", "pending-upgrade")].compactMap {
            HelmReleaseSecret([
                "metadata": [
                    "name": .string("sh.helm.release.v1.a.v\($0.0)"), "namespace": "shop",
                    "labels": ["owner": "helm", "name": "a", "version": .string($0.0), "status": .string($0.1)],
                ]
            ])
        }
        #expect(secrets.newest?.revision == 10)
        #expect(secrets.newestDeployed?.revision == 2)
        #expect(secrets.filter(\.status.isPending).map(\.revision) == [9])
    }

    @Test func `a bomb is not unpacked`() throws {
        let release = try #require(Data(base64Encoded: Self.packed).flatMap { Data(base64Encoded: $0) })
        #expect(throws: HelmReleaseError.self) { try Gzip.decompress([UInt8](release), limit: 100) }
    }
}
