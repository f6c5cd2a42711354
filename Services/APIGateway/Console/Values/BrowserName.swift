/// What a `User-Agent` header says, in a word or two.
enum BrowserName {
    /// In the order in which they have to be looked for: most browsers name others beside themselves.
    private static let programs = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Headless Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("Wget/", "Wget"), ("python", "Python"),
        ("Go-http-client", "Go"), ("kubectl/", "kubectl"),
    ]
    private static let systems = [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ]

    static func text(_ userAgent: String?) -> String {
        guard let userAgent, !userAgent.isEmpty else { return "Unknown program" }
        guard let program = programs.first(where: { userAgent.contains($0.0) })?.1 else {
            // Programs begin with their name and version.
            return String(userAgent.prefix { $0 != " " && $0 != "/" }.prefix(40))
        }
        let system = systems.first { userAgent.contains($0.0) }?.1
        return system.map { "\(program) on \($0)" } ?? program
    }
}
