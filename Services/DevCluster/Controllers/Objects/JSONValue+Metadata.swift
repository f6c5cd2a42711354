import KubernetesClient

/// The parts of an object that every controller reads.
extension JSONValue {
    var metadata: JSONValue { self["metadata"] ?? [:] }
    var name: String { metadata["name"]?.string ?? "" }
    var namespace: String? { metadata["namespace"]?.string }
    var uid: String { metadata["uid"]?.string ?? "" }
    var labels: [String: String] { metadata["labels"]?.strings ?? [:] }
    var annotations: [String: String] { metadata["annotations"]?.strings ?? [:] }
    var generation: Int { metadata["generation"]?.int ?? 0 }
    var isBeingDeleted: Bool { metadata["deletionTimestamp"] != nil }
    var spec: JSONValue { self["spec"] ?? [:] }
    var status: JSONValue { self["status"] ?? [:] }

    /// The owner reference that is marked as the controller.
    var controllerReference: JSONValue? {
        metadata["ownerReferences"]?.array?.first { $0["controller"]?.bool == true }
    }

    /// Whether the object with this uid controls this one.
    func isControlled(by owner: JSONValue) -> Bool {
        controllerReference?["uid"]?.string == owner.uid
    }

    /// The owner reference that marks this object as an owned object's controller.
    var asController: JSONValue {
        [
            "apiVersion": self["apiVersion"] ?? "", "kind": self["kind"] ?? "", "name": .string(name),
            "uid": .string(uid), "controller": true, "blockOwnerDeletion": true,
        ]
    }
}
