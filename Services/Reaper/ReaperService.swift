import Shared

@main
struct ReaperService {
    static func main() async throws {}
}
