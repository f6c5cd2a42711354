import PreviewDomain

/// What was done, newest first.
struct AuditPage: ConsolePage {
    static let template = "audit"
    let title = "Audit"
    let section: ConsoleSection? = .audit
    let lines: [AuditLine]
    let hasLines: Bool
    let search: String?
    let actor: String?
    private(set) var from: String?
    private(set) var to: String?
    let actors: [String]
    let actions: [AuditActionChoice]
    let isFiltered: Bool
    let newestPath: String?
    let newerPath: String?
    let olderPath: String?
    /// Where the same entries are as a table for other programs.
    let tablePath: String
    /// Whether nothing was looked for, because the filters are wrong.
    private(set) var isRefused = false
    private(set) var fromProblem: String?
    private(set) var toProblem: String?
    /// What is wrong with the address beside the dates.
    private(set) var problem: String?

    init(_ lines: [AuditLine], of page: AuditList.Page, filter: AuditFilter, actors: [String]) {
        self.lines = lines
        hasLines = !lines.isEmpty
        search = filter["q"]
        actor = filter["actor"]
        from = filter["from"]
        to = filter["to"]
        self.actors = actors
        actions = AuditActionChoice.all(chosen: filter["action"])
        isFiltered = !filter.isEmpty
        newestPath = page.previousCursor.map { _ in filter.path() }
        newerPath = page.previousCursor.map { filter.path("/audit", ("after", $0)) }
        olderPath = page.nextCursor.map { filter.path("/audit", ("cursor", $0)) }
        tablePath = filter.path("/api/v1/audit", ("format", "csv"))
    }

    /// Shows what is wrong at the field that it is about.
    mutating func show(_ problems: [FieldProblem]) {
        isRefused = true
        // A field for days can't show what is none.
        if problems.contains(where: { $0.field == "from" }) {
            (fromProblem, from) = (from.map(Self.noDay), nil)
        }
        if problems.contains(where: { $0.field == "to" }) {
            (toProblem, to) = (to.map(Self.noDay), nil)
        }
        problem = problems.first { !["from", "to"].contains($0.field) }?.message
    }

    private static func noDay(_ text: String) -> String { "\(text.prefix(40)) is no day; write one as 2026-11-21." }
}
