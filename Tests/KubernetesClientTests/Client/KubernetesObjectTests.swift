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
        #expect(object.ownerReference() == nil)
        object["metadata"]?["uid"] = "u1"
        object["metadata"]?["deletionTimestamp"] = "2026-11-20T23:45:43Z"
        #expect(object.isBeingDeleted)
        #expect(object.deletionTimestamp == Timestamp.parse("2026-11-20T23:45:43Z"))
        let owner = try #require(object.ownerReference(controller: true))
        object.ownerReferences = [owner]
        #expect(object.ownerReferences == [owner])
        object.finalizers = []
        object.labels = [:]
        #expect(object["metadata"]?["finalizers"] == nil)
        #expect(object["metadata"]?["labels"] == nil)
        #expect("\(object)" == "Deployment shop/orders")
    }

    @Test func `a typed model is written with kind and version, and without what it does not set`() throws {
        let secret = Secret(
            metadata: ObjectMeta(name: "s", namespace: "shop"), type: "Opaque", data: ["k": Data("v".utf8)])
        #expect(
            try KubernetesObject(secret).value == [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s", "namespace": "shop"], "type": "Opaque",
                "data": ["k": "dg=="],
            ])
        let lease = Lease(
            metadata: ObjectMeta(name: "l"),
            spec: Lease.Spec(holderIdentity: "a", renewTime: MicroTime(Date(timeIntervalSince1970: 0.5))))
        #expect(try KubernetesObject(lease)["spec"]?["renewTime"] == "1970-01-01T00:00:00.500000Z")
    }

    @Test(arguments: [
        (#"{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"availableReplicas":2}"#, true),
        (#"{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"availableReplicas":2}"#, false),
        (#"{"observedGeneration":2,"replicas":3,"updatedReplicas":2,"availableReplicas":2}"#, false),
        (#"{"observedGeneration":2,"replicas":2,"updatedReplicas":1,"availableReplicas":2}"#, false),
        (#"{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"availableReplicas":1}"#, false), ("{}", false),
    ])
    func `a rollout is done when only the newest template runs, in full`(status: String, expected: Bool) throws {
        let value: JSONValue = [
            "metadata": ["name": "a", "generation": 2], "spec": ["replicas": 2, "template": [:]],
            "status": try JSONValue(parsing: status),
        ]
        #expect(try value.decoded(as: Deployment.self).isRolledOut == expected)
    }
}
