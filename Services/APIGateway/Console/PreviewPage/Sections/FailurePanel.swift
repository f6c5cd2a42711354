import PreviewDomain

/// What went wrong with one part: the cause, the object, what to do, and what the program wrote last.
struct FailurePanel: Sendable {
    /// The last lines that a program wrote.
    struct Excerpt: Sendable {
        let count: String
        let text: String

        init?(_ lines: [String]) {
            guard !lines.isEmpty else { return nil }
            count = lines.count == 1 ? "The last log line" : "The last \(lines.count) log lines"
            text = lines.joined(separator: "\n")
        }
    }

    let id: String
    let title: String
    let reason: String
    let message: String
    let object: String?
    let nextStep: String?
    let log: Excerpt?
    /// Where the service's logs are, where it is a service.
    let logs: String?
    /// Whether it is the first; one button tries all of them again.
    var isFirst = false

    init(_ part: Part, title: String, _ failure: Failure, of sight: PreviewSight) {
        id = "failure-\(part.elementID)"
        self.title = title
        reason = failure.reason
        message = failure.message(of: part)
        object = failure.object?.description
        nextStep = failure.nextStep
        log = Excerpt(failure.logLines)
        if case .service(let name) = part {
            logs = "\(sight.path)/services/\(name)/logs"
        } else {
            logs = nil
        }
    }

    /// The failures that stand against the preview, in the order of deployment: of its parts, or of its promotions.
    static func all(of sight: PreviewSight) -> [FailurePanel] {
        var panels = panels(of: sight)
        if !panels.isEmpty { panels[0].isFirst = true }
        return panels
    }

    private static func panels(of sight: PreviewSight) -> [FailurePanel] {
        switch sight.document.status {
        case .failed:
            sight.snapshot.parts.compactMap { part in
                guard let fact = sight.fact(part), fact.state == .failed else { return nil }
                return panel(part, fact, of: sight)
            }
        case .approved: sight.failedPromotions.map { panel($0.part, $0, of: sight) }
        default: []
        }
    }

    private static func panel(_ part: Part, _ fact: Fact, of sight: PreviewSight) -> FailurePanel {
        let title = "\(part.title.capitalizedFirst) failed"
        let failure =
            fact.failure
            ?? Failure(reason: "Failed", message: fact.message ?? "The \(part.title) failed without saying why.")
        return FailurePanel(part, title: title, failure, of: sight)
    }
}

extension Part {
    /// The part's name within the ids of a page's elements.
    var elementID: String { description.replacing("/", with: "-") }
}

extension String {
    /// The text as a sentence or a title begins.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
