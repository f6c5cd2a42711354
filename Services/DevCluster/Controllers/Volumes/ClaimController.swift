import Foundation
import KubernetesClient
import Logging

/// Gives claims their folders, and takes the folder away before a claim is gone.
///
/// A claim is held by a finalizer until no pod uses it and its folder is removed, so that a claim which is gone proves
/// that its data is gone.
struct ClaimController: Sendable {
    private static let finalizer = "kubernetes.io/pvc-protection"

    let cluster: ClusterState
    /// Where the folders are, each named after its claim's uid.
    let directory: String

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "persistentvolumeclaim", cluster: cluster,
            watches: [
                .itself(.persistentVolumeClaims),
                Controller.Watch(resource: .pods) { pod in
                    Self.claims(of: pod).map { ObjectName(pod.namespace, $0) }
                },
            ], logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let claim = cluster.get(.persistentVolumeClaims, name.namespace, name.name) else { return nil }
        if claim.isBeingDeleted { return try release(claim) }
        if claim.metadata["finalizers"]?.array?.contains(.string(Self.finalizer)) != true {
            try cluster.update(.persistentVolumeClaims, name.namespace, name.name) { claim in
                let present = claim.metadata["finalizers"]?.array ?? []
                claim["metadata"]["finalizers"] = .array(present + [.string(Self.finalizer)])
                claim["spec"]["volumeName"] = .string("pvc-\(claim.uid)")
                claim["spec"]["storageClassName"] = claim["spec"]["storageClassName"] ?? "standard"
                claim["spec"]["volumeMode"] = claim["spec"]["volumeMode"] ?? "Filesystem"
            }
        }
        try cluster.update(.persistentVolumeClaims, name.namespace, name.name, .status) { claim in
            claim["status"]["phase"] = "Bound"
            claim["status"]["accessModes"] = claim["spec"]["accessModes"]
            claim["status"]["capacity"] = claim["spec"]["resources"]["requests"]
        }
        return nil
    }

    private func release(_ claim: JSONValue) throws -> Duration? {
        let isUsed = cluster.list(.pods, claim.namespace).contains {
            !$0.isFinishedPod && Self.claims(of: $0).contains(claim.name)
        }
        guard !isUsed else { return nil }
        let folder = "\(directory)/\(claim.uid)"
        if FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.removeItem(atPath: folder)
        }
        try cluster.update(.persistentVolumeClaims, claim.namespace, claim.name) { claim in
            let left = (claim.metadata["finalizers"]?.array ?? []).filter { $0.string != Self.finalizer }
            claim["metadata"]["finalizers"] = left.isEmpty ? nil : .array(left)
        }
        return nil
    }

    private static func claims(of pod: JSONValue) -> [String] {
        (pod.spec["volumes"]?.array ?? []).compactMap { $0["persistentVolumeClaim"]["claimName"]?.string }
    }
}
