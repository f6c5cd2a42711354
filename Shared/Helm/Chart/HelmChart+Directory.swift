import Foundation
import KubernetesClient

extension HelmChart {
    /// Writes the chart to a directory, which is made; only the process's user can read it.
    func write(to directory: URL) throws {
        var directories: Set<String> = []
        try write([UInt8](metadata.serialized()), to: "Chart.yaml", in: directory, made: &directories)
        try write([UInt8](values.serialized()), to: "values.yaml", in: directory, made: &directories)
        if let schema { try write(schema, to: "values.schema.json", in: directory, made: &directories) }
        for file in files { try write(file.contents, to: file.path, in: directory, made: &directories) }
    }

    private func write(
        _ contents: [UInt8], to path: String, in directory: URL, made directories: inout Set<String>
    ) throws {
        let file = directory.appendingPathComponent(path)
        let parent = file.deletingLastPathComponent()
        if directories.insert(parent.path).inserted {
            try FileManager.default.createDirectory(
                at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        try Data(contents).write(to: file)
    }
}
