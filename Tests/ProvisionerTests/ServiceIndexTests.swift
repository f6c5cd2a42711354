import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

struct ServiceIndexTests {
    @Test func `what is missing counts once every type has been listed`() {
        let index = ServiceIndex(cluster: "local")
        for type in ServiceIndex.types {
            #expect(!index.isComplete)
            _ = index.record(.initial([]), of: type)
        }
        #expect(index.isComplete)
    }

    @Test(arguments: [("u1", true), ("u0", false), (nil, true)])
    func `what was said of a pod that had the name before is not said of this one`(uid: String?, isAbout: Bool) {
        let index = ServiceIndex(cluster: "local")
        let namespace = "preview-abcd2345"
        var pod = KubernetesObject(
            type: .pods, name: "orders-0", namespace: namespace, labels: [PreviewLabels.service: "orders"])
        pod["metadata"]?["uid"] = "u1"
        _ = index.record(.initial([pod]), of: .pods)
        var event = KubernetesObject(type: .events, name: "orders-0.1", namespace: namespace)
        event["involvedObject"] = ["kind": "Pod", "name": "orders-0"]
        event["involvedObject"]?["uid"] = uid.map { .string($0) }
        event["reason"] = "FailedMount"
        #expect(!index.record(warning: .added(event)).isEmpty)
        let key = ServiceKey(cluster: "local", namespace: namespace, service: "orders")
        #expect(index.observation(of: key).events.count == (isAbout ? 1 : 0))
    }
}
