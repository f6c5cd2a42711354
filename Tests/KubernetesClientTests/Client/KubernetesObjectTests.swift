import Foundation
import KubernetesClient
import Testing

@Suite struct KubernetesObjectTests {
    @Test(
        arguments: [
            (ResourceType.pods, "shop", "a", nil, "/api/v1/namespaces/shop/pods/a"),
            (.pods, nil, nil, nil, "/api/v1/pods"),
            (.namespaces, "shop", "shop", "status", "/api/v1/namespaces/shop/status"),
            (.deployments, "shop", "a b/c", "scale", "/apis/apps/v1/namespaces/shop/deployments/a%20b%2Fc/scale"),
            (
                .previewEnvironments, "x", nil, nil,
                "/apis/preview.previewd.io/v1alpha1/namespaces/x/previewenvironments"
            ),
            (
                .customResourceDefinitions, nil, "a.b", nil,
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/a.b"
            ),
        ] as [(ResourceType, String?, String?, String?, String)])
    func `a type knows its paths`(
        type: ResourceType, namespace: String?, name: String?, subresource: String?, path: String
    ) {
        #expect(type.path(namespace: namespace, name: name, subresource: subresource) == path)
    }

    @Test func `an object's parts are read and changed in place`() throws {
        var object = KubernetesObject(type: .deployments, name: "orders", namespace: "shop", labels: ["app": "orders"])
        object.labels["tier"] = "web"
        object.annotations["note"] = "x"
        object.finalizers = ["understudy.dev/hold"]
        object.spec["replicas"] = 2
        object.status["conditions"] = [["type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"]]
        #expect(
            object.value == [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": [
                    "name": "orders", "namespace": "shop", "labels": ["app": "orders", "tier": "web"],
                    "annotations": ["note": "x"], "finalizers": ["understudy.dev/hold"],
                ],
                "spec": ["replicas": 2],
                "status": [
                    "conditions": [["type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"]]
                ],
            ])
        #expect(object.condition("Available")?.isTrue == true)
        #expect(object.condition("Progressing") == nil)
        object["metadata"]?["uid"] = "u1"
        object["metadata"]?["deletionTimestamp"] = "2026-11-20T23:45:43Z"
        #expect(object.isBeingDeleted)
        #expect(object.deletionTimestamp == Timestamp.parse("2026-11-20T23:45:43Z"))
        object["metadata"]?["ownerReferences"] = [
            ["apiVersion": "v1", "kind": "Pod", "name": "owner", "uid": "u1", "controller": true], ["kind": "Pod"],
        ]
        #expect(object.ownerReferences.map(\.uid) == ["u1"])
        object.finalizers = []
        object.labels = [:]
        #expect(object["metadata"]?["finalizers"] == nil)
        #expect(object["metadata"]?["labels"] == nil)
        #expect("\(object)" == "Deployment shop/orders")
    }
}
