import PreviewDomain

/// The last lines of a service's containers; open pages fetch themselves again every two seconds.
struct LogPage: ConsolePage {
    struct Container: Sendable {
        let id: String
        let title: String
        let count: String
        let text: String
        /// What stands in place of lines where there are none.
        let nothing: String?
    }

    struct Choice: Sendable {
        let lines: Int
        let isChosen: Bool
    }

    static let template = "logs"
    var title: String { "Logs of \(service) in \(name)" }
    let section: ConsoleSection? = .previews
    let name: String
    let service: String
    let path: String
    let address: String
    let containers: [Container]
    /// Why there are no lines.
    let problem: String?
    /// Whether more may come.
    let isLive: Bool
    let choices: [Choice]
    let filter: String?
    let download: String
    let health: StatusBadge?
    /// The logs of the other services.
    let siblings: [Sibling]
    let hasSiblings: Bool
    /// Whether there is anything to ask for.
    let hasForm: Bool

    struct Sibling: Sendable {
        let name: String
        let path: String
        let isCurrent: Bool
    }

    init(_ sight: PreviewSight, service: ServiceSpecification, _ query: LogQuery, _ answer: LogAnswer) {
        name = sight.preview.name
        self.service = service.name
        path = sight.path
        address = "\(sight.path)/services/\(service.name)/logs"
        choices = LogQuery.choices.map { Choice(lines: $0, isChosen: $0 == query.lines) }
        filter = query.filter
        download = "\(address).txt?\(query.encoded)"
        let shown = sight.document.services.first { $0.name == service.name }
        health = sight.document.status.isActive ? shown.map { StatusBadge($0.health) } : nil
        siblings = sight.preview.services.map {
            Sibling(
                name: $0.name, path: "\(sight.path)/services/\($0.name)/logs", isCurrent: $0.name == service.name)
        }
        hasSiblings = siblings.count > 1
        switch answer {
        case .lines(let logs):
            (problem, isLive, hasForm) = (nil, true, true)
            containers = logs.map { log in
                let lines = query.matching(log.lines)
                let all = log.lines.count == 1 ? "1 line" : "\(log.lines.count) lines"
                return Container(
                    id: "log-\(log.pod)-\(log.container)", title: "\(log.pod) / \(log.container)",
                    count: query.filter == nil ? all : "\(lines.count) of \(all)",
                    text: lines.joined(separator: "\n"),
                    nothing: log.lines.isEmpty
                        ? "It has written nothing yet." : lines.isEmpty ? "None of its last lines contains that." : nil)
            }
        case .nothing(let why, let isFinal):
            (problem, isLive, containers, hasForm) = (why, !isFinal, [], !isFinal)
        }
    }
}
