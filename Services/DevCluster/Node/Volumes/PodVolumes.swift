import Foundation
import KubernetesClient

/// A pod's volumes as folders.
struct PodVolumes {
    /// Why a volume cannot be mounted; an event of reason `FailedMount`, and tried again.
    struct MountError: Error, Equatable {
        var message: String
    }

    let cluster: ClusterState
    let pod: JSONValue
    let podAddress: String
    /// The pod's own folder.
    let directory: String
    /// Where claims keep their folders.
    let claimsDirectory: String

    /// Makes every volume's folder. Returns them by the volumes' names.
    func prepare() throws -> [String: String] {
        var folders: [String: String] = [:]
        for volume in pod.spec["volumes"]?.array ?? [] {
            guard let name = volume["name"]?.string else { continue }
            folders[name] = try folder(of: volume, name)
        }
        return folders
    }

    /// The mounts of one container.
    func mounts(of container: JSONValue, folders: [String: String]) throws -> [ContainerPlan.Mount] {
        try (container["volumeMounts"]?.array ?? []).map { mount in
            let name = mount["name"]?.string ?? ""
            guard var source = folders[name] else { throw MountError(message: "no volume named \"\(name)\"") }
            if let path = mount["subPath"]?.string, !path.isEmpty {
                guard !path.split(separator: "/").contains("..") else {
                    throw MountError(message: "subPath \"\(path)\" must not contain ..")
                }
                source += "/\(path)"
                if !FileManager.default.fileExists(atPath: source) { try makeFolder(source) }
            }
            return ContainerPlan.Mount(
                source: source, target: mount["mountPath"]?.string ?? "/mnt",
                isReadOnly: mount["readOnly"]?.bool ?? false)
        }
    }

    private func folder(of volume: JSONValue, _ name: String) throws -> String {
        let folder = "\(directory)/volumes/\(name)"
        if let claim = volume["persistentVolumeClaim"]["claimName"]?.string {
            guard let object = cluster.get(.persistentVolumeClaims, pod.namespace, claim) else {
                throw MountError(message: "persistentvolumeclaim \"\(claim)\" not found")
            }
            let folder = "\(claimsDirectory)/\(object.uid)"
            try makeFolder(folder)
            return folder
        }
        if volume["hostPath"] != nil {
            throw MountError(message: "volume \"\(name)\": hostPath is not offered by this cluster")
        }
        try makeFolder(folder)
        let files = ProjectedFiles(cluster: cluster, pod: pod, podAddress: podAddress)
        try write(try files.contents(of: volume), to: folder)
        return folder
    }

    private func write(_ files: [String: Data], to folder: String) throws {
        for (path, data) in files {
            let file = "\(folder)/\(path)"
            try makeFolder((file as NSString).deletingLastPathComponent, mode: 0o755)
            try data.write(to: URL(fileURLWithPath: file))
            chmod(file, 0o644)
        }
    }

    private func makeFolder(_ path: String, mode: mode_t = 0o777) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, mode)
    }
}
