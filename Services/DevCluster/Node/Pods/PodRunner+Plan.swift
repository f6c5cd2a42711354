import Foundation
import KubernetesClient

extension PodRunner {
    /// How to run one of the pod's containers, by what the cluster holds now.
    ///
    /// - Throws: `ContainerEnvironment.ConfigurationError` or `PodVolumes.MountError` when something is missing.
    func plan(for container: JSONValue, image: ImageStore.Image) throws -> ContainerPlan {
        let current = stored ?? pod
        let environment = ContainerEnvironment(cluster: runtime.cluster, pod: current, podAddress: address)
        let variables = try environment.variables(of: container)
        let volumes = PodVolumes(
            cluster: runtime.cluster, pod: current, podAddress: address, directory: directory,
            claimsDirectory: runtime.configuration.volumesDirectory)
        let temporary = "\(directory)/tmp/\(container["name"]?.string ?? "")"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        chmod(temporary, 0o1777)
        func words(_ field: String) -> [String] {
            (container[field]?.array ?? []).compactMap(\.string)
                .map { ContainerEnvironment.expand($0, variables) }
        }
        let command = words("command")
        let program = command.isEmpty ? [runtime.sandbox.entrypoint(of: image.directory)] : command
        let mounts = try volumes.mounts(of: container, folders: folders)
        guard mounts.isEmpty || runtime.sandbox.isIsolating else {
            throw ContainerEnvironment.ConfigurationError(
                message: "volume mounts need bubblewrap, which is not usable on this machine")
        }
        let security = [container["securityContext"], pod.spec["securityContext"]]
        let user = security.lazy.compactMap { $0["runAsUser"]?.int }.first
        let mustNotBeRoot = security.lazy.compactMap { $0["runAsNonRoot"]?.bool }.first ?? false
        if mustNotBeRoot, user == 0 {
            throw ContainerEnvironment.ConfigurationError(
                message: "container's runAsUser breaks non-root policy (pod: \"\(pod.name)_\(pod.namespace ?? "")"
                    + "(\(pod.uid))\", container: \(container["name"]?.string ?? ""))")
        }
        return ContainerPlan(
            command: program + words("args"), environment: variables, imageDirectory: image.directory,
            workingDirectory: container["workingDir"]?.string, mounts: mounts, temporaryDirectory: temporary,
            hostsFile: hostsFile, hostname: String((pod.spec["hostname"]?.string ?? pod.name).prefix(63)),
            // An image that must not run as root and names no user gets one, as image authors give it.
            user: user ?? (mustNotBeRoot ? 65_532 : nil),
            group: security.lazy.compactMap { $0["runAsGroup"]?.int }.first,
            memoryLimit: Quantity.parse(container["resources"]["limits"]["memory"]).map { Int($0) })
    }
}
