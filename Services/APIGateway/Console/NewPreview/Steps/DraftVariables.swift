import PreviewDomain

/// Every variable of a draft, in the order in which a person wants to see them: what is wrong, what was typed, what
/// leads elsewhere than in production or should, and then what is copied; each by service and name.
struct DraftVariables: Sendable {
    struct Service: Sendable {
        let index: Int
        /// Names it in forms.
        let key: String
        let name: String
        /// What was typed, by name.
        let typed: [String: PreviewDraft.Variable]
        let problem: String?
    }

    struct Variable: Sendable {
        enum Source: Sendable {
            /// The application has it, in one or several containers.
            case application([PlanReview.Variable])
            /// Only the preview has it.
            case added(PreviewDraft.Variable)
        }

        /// The index of its service.
        let service: Int
        let name: String
        let kind: PlanReview.Variable.Kind
        let source: Source
        let problem: String?
        let warning: String?

        /// Names it in pages.
        var id: String { FieldID.variable(name, service: service) }

        fileprivate var rank: Int {
            if problem != nil { return 0 }
            if kind == .userOverride { return 1 }
            return kind == .autoOverride || warning != nil ? 2 : 3
        }
    }

    private(set) var services: [Service] = []
    private(set) var variables: [Variable] = []

    init(_ review: DraftReview, plan: PlanReview) {
        let warnings = Dictionary(plan.warnings.map { ($0.field, $0.message) }) { first, _ in first }
        for (index, service) in review.draft.chosen.enumerated() {
            guard let planned = plan.services.first(where: { $0.application == service.application }) else { continue }
            let path = "services[\(index)].variables"
            services.append(
                Service(
                    index: index, key: service.key, name: service.name,
                    typed: Dictionary(service.variables.map { ($0.name, $0) }) { first, _ in first },
                    problem: review.message(path)))
            let known = Dictionary(grouping: planned.variables.filter { $0.container != nil }, by: \.name)
            func add(_ name: String, _ kind: PlanReview.Variable.Kind, _ source: Variable.Source) {
                let field = "\(path).\(name)"
                variables.append(
                    Variable(
                        service: index, name: name, kind: kind, source: source, problem: review.message(field),
                        warning: warnings[field]))
            }
            for (name, containers) in known { add(name, containers[0].kind, .application(containers)) }
            for typed in service.variables where known[typed.name] == nil {
                add(typed.name, .userOverride, .added(typed))
            }
        }
        // Keys are put in order, not the variables: those are large, and there may be thousands.
        let keys = variables.enumerated().map { (rank: $1.rank, service: $1.service, name: $1.name, place: $0) }
        variables = keys.sorted { ($0.rank, $0.service, $0.name) < ($1.rank, $1.service, $1.name) }
            .map { variables[$0.place] }
    }

    /// How many variables of a service there are of each kind, in words.
    func summary(of service: Service) -> String {
        var counts: [PlanReview.Variable.Kind: Int] = [:]
        for variable in variables where variable.service == service.index { counts[variable.kind, default: 0] += 1 }
        return [PlanReview.Variable.Kind.copied, .autoOverride, .userOverride]
            .map { "\(counts[$0] ?? 0) \($0.label.lowercased())" }.joined(separator: ", ")
    }
}

/// Which variables of a draft are shown, as the page's address says it.
struct VariableFilter: Sendable {
    /// How many variables a page has.
    static let pageSize = 30

    /// Part of a name or of a value that may be shown.
    let text: String?
    let kind: PlanReview.Variable.Kind?
    /// The key of the only service that is looked at.
    let service: String?
    /// The page, from 1.
    private let number: Int
    /// The id of a variable that has to be on the page, if it is on any.
    private let wanted: String?

    init(_ fields: Form) {
        text = fields.text("q")
        kind = fields.text("kind").flatMap(PlanReview.Variable.Kind.init)
        service = fields.text("of")
        number = fields["page"].flatMap { Int($0) } ?? 1
        wanted = fields.text("at")
    }

    /// Some of the variables that match.
    struct Page: Sendable {
        let variables: ArraySlice<DraftVariables.Variable>
        let number: Int
        let part: ListPart
    }

    /// The page that is wanted; the last one where there are not so many.
    func page(of all: DraftVariables) -> Page {
        let index = all.services.first { $0.key == service }?.index
        let text = text?.lowercased()
        let found = all.variables.filter { variable in
            (index == nil || index == variable.service) && (kind == nil || kind == variable.kind)
                && (text.map(variable.mentions) ?? true)
        }
        let pages = max(1, (found.count + Self.pageSize - 1) / Self.pageSize)
        let place = wanted.flatMap { wanted in found.firstIndex { $0.id == wanted } }
        let number = place.map { $0 / Self.pageSize + 1 } ?? min(max(1, number), pages)
        let before = (number - 1) * Self.pageSize
        let variables = found[before...].prefix(Self.pageSize)
        return Page(
            variables: variables, number: number,
            part: ListPart(before: before, count: variables.count, total: found.count))
    }
}

extension DraftVariables.Variable {
    /// Whether a text in lower case is part of its name, or of a value that is no secret.
    fileprivate func mentions(_ text: String) -> Bool {
        if name.lowercased().holds(text) { return true }
        let values: [String?] =
            switch source {
            case .application(let containers):
                containers.flatMap { [$0.oldValue, $0.newValue == $0.oldValue ? nil : $0.newValue] }
            case .added(let typed): [typed.value.shown]
            }
        return values.contains { $0?.lowercased().holds(text) ?? false }
    }
}
