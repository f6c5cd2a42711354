import Shared

@main
struct ProvisionerService {
    static func main() async throws {}
}
