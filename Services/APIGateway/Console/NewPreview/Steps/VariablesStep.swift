import Persistence
import PreviewDomain

/// The fourth step: the services' variables, in production and in the preview, a page of them at a time.
struct VariablesContent: Sendable {
    let draft: String
    let search: String?
    let kinds: [PreviewFilters.Option]
    /// The services to choose from, where there are several.
    let choices: [PreviewFilters.Option]
    let hasChoices: Bool
    /// What is shown of how many.
    let shown: String
    let page: Int
    let previous: Int?
    let next: Int?
    let services: [ServicePart]

    /// A service with those of its variables that are on the page.
    struct ServicePart: Sendable {
        let id: String
        let key: String
        let name: String
        let items: [Item]
        /// How many there are of each kind, in words.
        let summary: String
        let problem: String?
        let isOpen: Bool
    }

    /// A variable that the application has, or one that only the preview has.
    struct Item: Sendable {
        var row: VariableRow?
        var added: AddedVariable?
    }

    init(draft: String, _ all: DraftVariables, filter: VariableFilter) {
        let page = filter.page(of: all)
        self.draft = draft
        search = filter.text
        kinds =
            [.init(value: "", label: "Every kind", isChosen: filter.kind == nil)]
            + [PlanReview.Variable.Kind.userOverride, .autoOverride, .copied].map {
                .init(value: $0.rawValue, label: $0.label, isChosen: $0 == filter.kind)
            }
        choices =
            [.init(value: "", label: "All", isChosen: filter.service == nil)]
            + all.services.map { .init(value: $0.key, label: $0.name, isChosen: $0.key == filter.service) }
        hasChoices = all.services.count > 1
        shown = page.part.text("variable")
        self.page = page.number
        previous = page.number > 1 ? page.number - 1 : nil
        next = page.part.before + page.part.count < page.part.total ? page.number + 1 : nil
        services = all.services.map { service in
            let items = page.variables.filter { $0.service == service.index }.map { Item($0, of: service, in: all) }
            return ServicePart(
                id: "s\(service.index)", key: service.key, name: service.name, items: items,
                summary: all.summary(of: service), problem: service.problem,
                isOpen: !items.isEmpty || service.problem != nil
                    || !all.variables.contains { $0.service == service.index })
        }
    }
}

extension VariablesContent.Item {
    fileprivate init(_ variable: DraftVariables.Variable, of service: DraftVariables.Service, in all: DraftVariables) {
        switch variable.source {
        case .application(let planned):
            row = VariableRow(variable, planned, typed: service.typed[variable.name], key: service.key)
        case .added(let typed): added = AddedVariable(variable, typed)
        }
    }
}

extension PlanReview.Variable.Kind {
    /// It in a word.
    var label: String {
        switch self {
        case .copied: "Copied"
        case .autoOverride: "Rewritten"
        case .userOverride: "Typed"
        }
    }

    var tone: StatusBadge.Tone {
        switch self {
        case .copied: .neutral
        case .autoOverride: .progress
        case .userOverride: .good
        }
    }
}

extension NewPreviewPages {
    func plan(_ opened: Opened) async throws -> PlanReview {
        let active = try await gateway.store.database.read { [organization = opened.organization] in
            try PreviewStore.activeCount(of: organization, in: $0)
        }
        return Planner(
            renderer: gateway.renderer, validation: validation, id: opened.review.draft.id
        ).review(
            opened.review.order, problems: opened.review.problems, catalogue: opened.catalogue, active: active)
    }

    func variables(_ opened: Opened, query: Form) async throws -> VariablesContent {
        let variables = DraftVariables(opened.review, plan: try await plan(opened))
        return VariablesContent(draft: opened.stored.id, variables, filter: VariableFilter(query))
    }
}
