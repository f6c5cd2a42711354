import KubernetesClient

@main
struct DevClusterService {
    static func main() async throws {}
}
