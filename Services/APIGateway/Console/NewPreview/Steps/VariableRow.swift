import PreviewDomain

/// A variable that the application has.
struct VariableRow: Sendable {
    let id: String
    /// Names it in the form, after the field's own name.
    let key: String
    let name: String
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

    /// - Parameters:
    ///   - containers: the variable in each container that has it; at least one.
    ///   - key: names the service in forms.
    init(
        _ variable: DraftVariables.Variable, _ containers: [PlanReview.Variable], typed: PreviewDraft.Variable?,
        key service: String
    ) {
        let first = containers[0]
        let value = typed?.value
        id = variable.id
        key = "\(service)|\(variable.name)"
        name = variable.name
        label = variable.kind.label
        tone = variable.kind.tone.rawValue
        reason = first.reason
        values = containers.map {
            Value(
                container: containers.count > 1 ? $0.container : nil, old: $0.oldValue, new: $0.newValue,
                hidden: $0.source == .field ? "set as it starts" : "secret")
        }
        isTyped = typed != nil
        isSealed = typed?.isSealed ?? false
        isSecret = first.oldValue == nil && first.source != .field
        isMarkedSecret = value.map { $0.shown == nil } ?? isSecret
        text = (typed == nil ? first.newValue : value?.shown) ?? ""
        offered = typed == nil ? first.newValue : nil
        warning = variable.warning
        problem = variable.problem
        isOpen = variable.problem != nil
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

    init(_ variable: DraftVariables.Variable, _ typed: PreviewDraft.Variable) {
        id = variable.id
        self.variable = typed.id
        name = typed.name
        text = typed.value.shown ?? ""
        isMarkedSecret = typed.value.shown == nil
        isSealed = typed.isSealed
        problem = variable.problem
    }
}
