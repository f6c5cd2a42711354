import Foundation
import KubernetesClient

/// The file by which kubectl, Helm and Understudy find the cluster.
enum KubeconfigFile {
    static func text(url: String, token: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: dev-cluster
        clusters:
        - name: dev-cluster
          cluster:
            server: \(url)/token/\(token)
        contexts:
        - name: dev-cluster
          context:
            cluster: dev-cluster
            user: admin
            namespace: default
        users:
        - name: admin
          user:
            token: \(token)

        """
    }

    /// Writes the file whole, readable by its owner only.
    static func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

/// What signs in: made at the first start and kept beside the data.
struct ClusterCredentials: Sendable {
    var adminToken: String
    var secret: [UInt8]

    /// Reads the credentials of a data folder, or makes them; without a folder they last as long as the process.
    init(directory: String?) throws {
        let fresh = (0..<32).map { _ in UInt8.random(in: 0...255) }
        guard let directory else {
            self.init(secret: fresh)
            return
        }
        let file = URL(fileURLWithPath: directory).appendingPathComponent("credentials")
        if let kept = try? Data(contentsOf: file), kept.count == 32 {
            self.init(secret: Array(kept))
            return
        }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(fresh).write(to: file, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        self.init(secret: fresh)
    }

    private init(secret: [UInt8]) {
        self.secret = secret
        adminToken = secret.prefix(20).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
