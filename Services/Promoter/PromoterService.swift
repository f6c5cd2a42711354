import Shared

@main
struct PromoterService {
    static func main() async throws {}
}
