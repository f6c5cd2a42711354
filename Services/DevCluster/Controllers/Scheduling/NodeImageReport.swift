import KubernetesClient
import ServiceLifecycle

/// Says in the node's status which images it holds, as a kubelet does.
struct NodeImageReport: Service {
    let cluster: ClusterState
    let name: String
    let images: ImageStore
    /// How often the folder is looked at.
    var period: Duration = .seconds(15)

    /// As many as a kubelet reports.
    private static let most = 50

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            repeat { try report() } while (try? await Task.sleep(for: period)) != nil
        }
    }

    /// Brings the status up to date.
    func report() throws(APIError) {
        let held = images.names.prefix(Self.most).map { name -> JSONValue in
            ["names": [.string(name)], "sizeBytes": 0]
        }
        guard cluster.get(.nodes, nil, name)?["status"]["images"] != .array(held) else { return }
        try cluster.update(.nodes, nil, name, .status) { $0["status"]["images"] = .array(held) }
    }
}
