import Shared

@main
struct DatabaseClonerService {
    static func main() async throws {}
}
