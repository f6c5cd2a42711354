import Shared

@main
struct APIGatewayService {
    static func main() async throws {}
}
