import PreviewDomain

/// What the server says of a draft: its problems, by step and by field, and which steps are done.
struct DraftReview: Sendable {
    let draft: PreviewDraft
    let order: PreviewOrder
    let specification: PreviewOrderValidation.Review
    /// Everything that stands against creating it, the organization's quota aside.
    let problems: [FieldProblem]
    /// The first problem of each field.
    private let byField: [String: FieldProblem]

    /// Checks a draft as `POST /api/v1/previews` checks its body.
    init(_ draft: PreviewDraft, validation: PreviewOrderValidation, catalogue: Catalogue) {
        let (order, read) = draft.order(limits: validation.limits)
        self.draft = draft
        self.order = order
        specification = validation.review(order, catalogue: catalogue)
        // Without any service everything else only follows from that.
        problems = read.joined(with: specification.problems).filter { !draft.chosen.isEmpty || $0.field == "services" }
        byField = Dictionary(problems.map { ($0.field, $0) }) { first, _ in first }
    }

    /// The problems of a step.
    func problems(at step: WizardStep) -> [FieldProblem] { problems.filter { WizardStep(of: $0) == step } }

    /// Whether the person went on from the step and nothing is wrong with it.
    func isDone(_ step: WizardStep) -> Bool { draft.visited.contains(step) && problems(at: step).isEmpty }

    /// Whether the person went on from the step and something is wrong with it.
    func isWrong(_ step: WizardStep) -> Bool { draft.visited.contains(step) && !problems(at: step).isEmpty }

    /// The first step that is not done: the last that can be entered.
    var open: WizardStep { WizardStep.allCases.first { !isDone($0) } ?? .review }

    /// What is wrong with a field, as long as the person has seen its step.
    func message(_ field: String) -> String? {
        guard let problem = byField[field], draft.visited.contains(WizardStep(of: problem)) else { return nil }
        return problem.message
    }

    /// Why a later step can't be entered yet.
    var reasonToStay: String {
        let step = open
        let reason = problems(at: step).first?.message ?? "Go through it with Next."
        return "Finish \(step.label) first. \(reason)"
    }
}

/// Where a problem is mended: a step, and the id of the field there.
struct ProblemPlace: Sendable {
    let step: WizardStep
    let anchor: String?

    init(_ problem: FieldProblem) {
        step = WizardStep(of: problem)
        let field = problem.field
        let index = field.wholeMatch(of: /services\[(\d+)\].*/).map { String($0.output.1) }
        switch (index, field) {
        case (nil, "name"): anchor = "name"
        case (nil, "ttlHours"): anchor = "ttlHours"
        case (nil, _): anchor = nil
        case (let index?, _):
            let path = field.drop { $0 != "." }.dropFirst()
            let member = path.split(separator: ".").last.map(String.init) ?? ""
            anchor =
                path.hasPrefix("variables.")
                ? FieldID.variable(String(path.dropFirst("variables.".count)), service: index)
                : FieldID.member(member, service: index)
        }
    }

    func path(draft: String) -> String {
        // Variables have several pages; the query names the one.
        let page = step == .variables ? anchor.map { "?at=\($0)" } : nil
        return NewPreviewPages.path(draft, step) + (page ?? "") + (anchor.map { "#\($0)" } ?? "")
    }
}

/// The ids that fields have in pages.
enum FieldID {
    static func member(_ name: String, service index: some CustomStringConvertible) -> String { "s\(index)-\(name)" }

    /// Names may be anything; an id is letters and digits.
    static func variable(_ name: String, service index: some CustomStringConvertible) -> String {
        "s\(index)-v-\(DNSLabel.stableHash(name))"
    }
}
