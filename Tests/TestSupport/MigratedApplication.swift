import Foundation
public import Helm
import KubernetesClient

/// An application with a migration: a Helm chart of a Deployment and of hooks, for tests of what installs it.
public struct MigratedApplication: Sendable {
    /// The release's name, the Deployment's, and the image's.
    public let name: String
    /// The version that is to be installed in place of `1`.
    public let version: String

    /// Makes the images of both versions.
    ///
    /// - Parameters:
    ///   - migration: what the migration of the later version does, in the shell's words.
    ///   - former: the same of version `1`.
    ///   - process: the cluster that is to have the images.
    public init(_ name: String, migration: String, former: String = "exit 0", on process: DevClusterProcess) throws {
        self.name = name
        version = String(UUID().uuidString.lowercased().prefix(8))
        for (tag, migration) in [("1", former), (version, migration)] {
            try process.add(
                image: "test/\(name):\(tag)",
                program: "#!/bin/sh\n[ \"$1\" = migrate ] && { \(migration); }\nexec sleep 600\n")
        }
    }

    /// The chart. Its version is `1` unless the value `tag` says otherwise.
    ///
    /// - Parameter hooks: when which Jobs migrate, by their names.
    public func chart(hooks: [String: String] = ["pair-migrate": "pre-install,pre-upgrade"]) -> HelmChart {
        let jobs = hooks.sorted { $0.key < $1.key }.map { job, events in
            """
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: \(job), annotations: {helm.sh/hook: "\(events)"}}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers: [{name: migrate, image: "test/\(name):{{ .Values.tag }}", args: [migrate]}]
            """
        }
        let deployment = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              selector: {matchLabels: {app: \(name)}}
              template:
                metadata: {labels: {app: \(name)}}
                spec:
                  containers: [{name: \(name), image: "test/\(name):{{ .Values.tag }}"}]
            """
        let template = ([deployment] + jobs).joined(separator: "\n")
        return HelmChart(
            metadata: ["apiVersion": "v2", "name": .string(name), "version": "1.0.0"], values: ["tag": "1"],
            files: [.init(path: "templates/\(name).yaml", contents: [UInt8](template.utf8))])
    }
}
