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
    /// The time zone of the days, where the address names one.
    let zone: String?
    /// What narrows the entries beyond the fields.
    let chips: [AuditFilter.Chip]
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
        zone = filter["zone"]
        chips = filter.chips
        self.actors = actors
        actions = AuditActionChoice.all(chosen: filter["action"])
        isFiltered = !filter.isEmpty
        newestPath = page.previousCursor.map { _ in filter.address().text }
        newerPath = page.previousCursor.map { filter.address().adding("after", $0).text }
        olderPath = page.nextCursor.map { filter.address().adding("cursor", $0).text }
        tablePath = filter.address("/api/v1/audit").adding("format", "csv").text
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
