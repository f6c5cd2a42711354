import Foundation
import KubernetesClient

/// The one node as an object: what it has, and that it is ready.
struct NodeRegistration: Sendable {
    let cluster: ClusterState
    let name: String
    let isIsolating: Bool

    /// Makes the node's object, or brings it up to date.
    func register() throws(APIError) {
        let annotations = [
            "dev-cluster.understudy.dev/network-policies": "services-only",
            "dev-cluster.understudy.dev/sandbox": isIsolating ? "bubblewrap" : "none",
        ]
        try cluster.ensure(
            .nodes,
            [
                "apiVersion": "v1", "kind": "Node",
                "metadata": [
                    "name": .string(name),
                    "labels": JSONValue([
                        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
                        "kubernetes.io/arch": Self.architecture, "node-role.kubernetes.io/control-plane": "",
                    ]),
                ],
            ])
        try cluster.update(.nodes, nil, name) { node in
            for (key, value) in annotations { node["metadata"]["annotations"][key] = .string(value) }
        }
        try cluster.update(.nodes, nil, name, .status) { node in
            var status = node["status"] ?? [:]
            let capacity = Self.capacity
            status["capacity"] = capacity
            status["allocatable"] = capacity
            status["addresses"] = [
                ["type": "InternalIP", "address": "127.0.0.1"], ["type": "Hostname", "address": .string(name)],
            ]
            status["nodeInfo"] = [
                "architecture": .string(Self.architecture), "operatingSystem": "linux",
                "kubeletVersion": "v1.36.0-dev-cluster", "kubeProxyVersion": "", "bootID": "", "machineID": "",
                "systemUUID": "", "osImage": "this machine",
                "kernelVersion": .string(ProcessInfo.processInfo.operatingSystemVersionString),
                "containerRuntimeVersion": .string(isIsolating ? "bubblewrap://0" : "process://0"),
            ]
            for type in ["MemoryPressure", "DiskPressure", "PIDPressure"] {
                status.setCondition(Condition(type, false, "KubeletHas", "not watched by dev-cluster"))
            }
            status.setCondition(Condition("Ready", true, "KubeletReady", "dev-cluster runs pods as local processes"))
            node["status"] = status
        }
        try cluster.ensure(
            .storageClasses,
            [
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
                "metadata": [
                    "name": "standard", "annotations": ["storageclass.kubernetes.io/is-default-class": "true"],
                ],
                "provisioner": "dev-cluster.understudy.dev/folder", "reclaimPolicy": "Delete",
                "volumeBindingMode": "Immediate", "allowVolumeExpansion": true,
            ])
    }

    /// Far more CPU than the machine has: requests are promises, and a developer's pods mostly wait.
    private static var capacity: JSONValue {
        let gibibytes = max(64, Int(ProcessInfo.processInfo.physicalMemory >> 30))
        return ["cpu": "64", "memory": .string("\(gibibytes)Gi"), "pods": "5000", "ephemeral-storage": "100Gi"]
    }

    private static var architecture: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}
