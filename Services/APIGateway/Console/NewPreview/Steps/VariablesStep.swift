import Foundation
import Persistence
import PreviewDomain

/// The fourth step: each service's variables, in production and in the preview.
struct VariablesContent: Sendable {
    let draft: String
    let search: String?
    let kinds: [KindChoice]
    let isFiltered: Bool
    let services: [ServicePart]

    struct KindChoice: Sendable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    struct ServicePart: Sendable {
        let id: String
        let key: String
        let name: String
        let application: String
        let rows: [VariableRow]
        let added: [AddedVariable]
        /// How many there are of each kind, in words.
        let summary: String
        let problem: String?
    }
}

/// A variable that the application has.
struct VariableRow: Sendable {
    let id: String
    /// Names it in the form, after the field's own name.
    let key: String
    let name: String
    let kind: String
    let label: String
    let tone: String
    let reason: String
    let values: [Value]
    let isTyped: Bool
    /// Whether what was typed is sealed.
    let isSealed: Bool
    /// Whether production's value is secret.
    let isSecret: Bool
    /// Whether what is typed next is taken for a secret, as what was typed before was.
    let isMarkedSecret: Bool
    /// What stands in the field.
    let text: String
    /// What the field showed before anything was typed; `nil` where that is secret.
    let offered: String?
    let warning: String?
    let problem: String?
    let isOpen: Bool

    /// What it has in one container, in production and in the preview.
    struct Value: Sendable {
        let container: String?
        let old: String?
        let new: String?
        /// What stands for a value that is not shown.
        let hidden: String
    }
}

/// A variable that only the preview has.
struct AddedVariable: Sendable {
    let id: String
    let variable: String
    let name: String
    let text: String
    let isSealed: Bool
    /// Whether what is typed next is taken for a secret, as what was typed before was.
    let isMarkedSecret: Bool
    let problem: String?
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
        let plan = try await plan(opened)
        let review = opened.review
        let (search, kind) = (query.text("q")?.lowercased(), query.text("kind"))
        let parts = review.draft.chosen.enumerated().compactMap { index, service -> VariablesContent.ServicePart? in
            guard let planned = plan.services.first(where: { $0.application == service.application }) else {
                return nil
            }
            let builder = VariableRows(
                index: index, service: service, variables: planned.variables, review: review, warnings: plan.warnings)
            let rows = builder.rows.filter { row in
                (search.map { row.name.lowercased().contains($0) } ?? true) && (kind.map { $0 == row.kind } ?? true)
            }
            let isShown = kind == nil || kind == PlanReview.Variable.Kind.userOverride.rawValue
            return .init(
                id: "s\(index)", key: service.key, name: service.name, application: service.application, rows: rows,
                added: isShown ? builder.added : [], summary: builder.summary,
                problem: review.message("services[\(index)].variables"))
        }
        return VariablesContent(
            draft: opened.stored.id, search: query.text("q"),
            kinds: [("", "Every kind"), ("copied", "Copied"), ("autoOverride", "Rewritten"), ("userOverride", "Typed")]
                .map {
                    .init(value: $0.0, label: $0.1, isChosen: $0.0 == kind ?? "")
                }, isFiltered: search != nil || kind != nil, services: parts)
    }
}

/// Makes a service's rows of what the planner says and what was typed.
private struct VariableRows {
    let index: Int
    let service: PreviewDraft.Service
    let variables: [PlanReview.Variable]
    let review: DraftReview
    let warnings: [FieldProblem]

    /// The names that the application has.
    private var known: [String] {
        var names: [String] = []
        for variable in variables where variable.container != nil && names.last != variable.name {
            names.append(variable.name)
        }
        return names
    }

    var rows: [VariableRow] {
        let grouped = Dictionary(grouping: variables.filter { $0.container != nil }, by: \.name)
        return known.compactMap { name in grouped[name].flatMap { row(name, $0) } }
    }

    var added: [AddedVariable] {
        let names = Set(known)
        return service.variables.filter { !names.contains($0.name) }.map { variable in
            var text = ""
            if case .literal(let literal) = variable.value { text = literal }
            return AddedVariable(
                id: FieldID.variable(variable.name, service: index), variable: variable.id, name: variable.name,
                text: text, isSealed: variable.value.shown == nil && !variable.isLost,
                isMarkedSecret: variable.value.shown == nil,
                problem: review.message("services[\(index)].variables.\(variable.name)"))
        }
    }

    var summary: String {
        let kinds = Dictionary(grouping: rows, by: \.kind).mapValues(\.count)
        let typed = (kinds["userOverride"] ?? 0) + added.count
        return "\(kinds["copied"] ?? 0) copied, \(kinds["autoOverride"] ?? 0) rewritten, \(typed) typed"
    }

    private func row(_ name: String, _ variables: [PlanReview.Variable]) -> VariableRow? {
        guard let first = variables.first else { return nil }
        let field = "services[\(index)].variables.\(name)"
        let typed = service.variables.first { $0.name == name }
        let problem = review.message(field)
        let (label, tone) =
            switch first.kind {
            case .copied: ("Copied", "neutral")
            case .autoOverride: ("Rewritten", "progress")
            case .userOverride: ("Typed", "good")
            }
        return VariableRow(
            id: FieldID.variable(name, service: index), key: "\(service.key)|\(name)", name: name,
            kind: first.kind.rawValue, label: label, tone: tone, reason: first.reason,
            values: variables.map {
                .init(
                    container: variables.count > 1 ? $0.container : nil, old: $0.oldValue, new: $0.newValue,
                    hidden: $0.source == .field ? "set as it starts" : "secret")
            }, isTyped: typed != nil, isSealed: typed.map { $0.value.shown == nil && !$0.isLost } ?? false,
            isSecret: first.oldValue == nil && first.source != .field,
            isMarkedSecret: typed.map { $0.value.shown == nil }
                ?? (first.oldValue == nil && first.source != .field),
            text: typed?.value.shown ?? (typed == nil ? first.newValue ?? "" : ""),
            offered: typed == nil ? first.newValue : nil, warning: warnings.first { $0.field == field }?.message,
            problem: problem, isOpen: problem != nil)
    }
}
