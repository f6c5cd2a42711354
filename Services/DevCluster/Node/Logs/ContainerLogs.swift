import Foundation
import KubernetesClient
import Synchronization

/// The logs of all containers of the node, of the present run and the one before.
final class ContainerLogs: Sendable {
    private let live = Mutex<[String: ContainerLog]>([:])
    private let directory: String
    private let cluster: ClusterState

    init(directory: String, cluster: ClusterState) {
        self.directory = directory
        self.cluster = cluster
    }

    /// Begins the log of a container's next run; the one before becomes the previous, older ones go.
    func begin(podUID: String, container: String) throws -> ContainerLog {
        let folder = folder(podUID, container)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let present = "\(folder)/current.log"
        for part in ["", ".1"] {
            unlink("\(folder)/previous.log\(part)")
            rename(present + part, "\(folder)/previous.log\(part)")
        }
        let log = try ContainerLog(path: present)
        live.withLock { $0[folder] = log }
        return log
    }

    /// Says that a run ended; its log stays readable.
    func end(podUID: String, container: String) {
        live.withLock { $0.removeValue(forKey: folder(podUID, container)) }?.close()
    }

    /// The last lines of a container's present run.
    func tail(podUID: String, container: String, lines: Int) -> String {
        let bytes = ContainerLog.contents("\(folder(podUID, container))/current.log")
        let selection = LogSelection(tailLines: lines, since: nil, timestamps: false)
        return String(decoding: selection.select(bytes, isWhole: true), as: UTF8.self)
    }

    /// Removes a pod's logs.
    func remove(podUID: String) {
        // Missing when no container ever ran.
        try? FileManager.default.removeItem(atPath: "\(directory)/\(podUID)")
    }

    private func folder(_ podUID: String, _ container: String) -> String { "\(directory)/\(podUID)/\(container)" }
}

extension ContainerLogs: PodLogSource {
    func logs(
        namespace: String, pod name: String, container: String?, tailLines: Int?, previous: Bool, follow: Bool,
        sinceSeconds: Int?, timestamps: Bool
    ) -> AsyncStream<[UInt8]> {
        guard let pod = cluster.get(.pods, namespace, name),
            let container = container ?? pod.spec["containers"][0]["name"]?.string
        else { return AsyncStream { $0.finish() } }
        let selection = LogSelection(
            tailLines: tailLines, since: sinceSeconds.map { Date(timeIntervalSinceNow: -TimeInterval($0)) },
            timestamps: timestamps)
        let folder = folder(pod.uid, container)
        let log = previous ? nil : live.withLock { $0[folder] }
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        guard follow, let log else {
            let bytes = ContainerLog.contents("\(folder)/\(previous ? "previous" : "current").log")
            continuation.yield(selection.select(bytes, isWhole: true))
            continuation.finish()
            return stream
        }
        let coming = log.follow {
            continuation.yield(selection.select($0, isWhole: $1))
        } ended: {
            continuation.finish()
        }
        continuation.onTermination = { _ in coming() }
        return stream
    }
}
