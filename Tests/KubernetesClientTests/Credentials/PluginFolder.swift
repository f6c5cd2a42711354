import Foundation

/// A folder with an exec plugin, a real program that notes how it was run. Its n-th run hands out the token `t<n>`.
struct PluginFolder: Sendable {
    let folder = TestFolder()

    /// Writes the plugin and returns its path.
    ///
    /// - Parameters:
    ///   - status: the answer's status.
    ///   - version: the version that it speaks.
    ///   - before: what it does first, with its run's number in `$n`.
    @discardableResult
    func write(status: String = #""token": "t$n""#, version: String = "v1", before: String = "") throws
        -> String
    {
        try folder.write(
            "plugin",
            """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo run >> runs
            n=$(wc -l < runs | tr -d ' ')
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            echo "$GREETING" > environment
            echo "$*" > arguments
            \(before)
            cat << END
            {"apiVersion": "client.authentication.k8s.io/\(version)", "kind": "ExecCredential", "status": {\(status)}}
            END
            """, isProgram: true)
    }

    /// How often it was run.
    var runs: Int { folder.text("runs").split(separator: "\n").count }
}
