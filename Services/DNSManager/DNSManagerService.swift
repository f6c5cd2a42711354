import Shared

@main
struct DNSManagerService {
    static func main() async throws {}
}
