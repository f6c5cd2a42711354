import Foundation
import KubernetesClient
import Testing

@testable import Provisioner

struct NamespaceTests {
    private let objects = NamespaceObjects(
        preview: Fixtures.preview, settings: NamespaceSettings(), apiServer: [.init(host: "10.0.0.1", port: 6443)])

    @Test func `a namespace is labelled, restricted, and says when it ends`() {
        let namespace = objects.namespace(expiresAt: Date(timeIntervalSince1970: 0), podSecurity: .restricted)
        #expect(namespace["metadata"]["name"].string == "preview-abcd2345")
        #expect(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"].string == "restricted")
        #expect(namespace["metadata"]["labels"]["app.kubernetes.io/managed-by"].string == "understudy")
        #expect(namespace["metadata"]["annotations"]["understudy.dev/expires-at"].string == "1970-01-01T00:00:00Z")
    }

    @Test func `it has a quota, defaults for what says nothing, and an account without a token`() throws {
        let contents = objects.contents()
        let quota = try #require(contents.object("ResourceQuota", "understudy"))
        #expect(quota["spec"]["hard"]["requests.cpu"].string == "1")
        #expect(quota["spec"]["hard"]["requests.memory"].string == "4Gi")
        #expect(quota["spec"]["hard"]["requests.storage"].string == "100Gi")
        #expect(quota["spec"]["hard"]["count/pods"].string == "100")
        let limit = try #require(contents.object("LimitRange", "understudy")?["spec"]["limits"][0])
        #expect(limit["defaultRequest"] == ["cpu": "100m", "memory": "128Mi"])
        #expect(contents.object("ServiceAccount", "understudy-preview")?["automountServiceAccountToken"].bool == false)
    }
}
