import PreviewDomain

/// What was typed at a step, on a page that may be outdated.
struct StepForm: Sendable {
    private let step: WizardStep
    private let form: Form
    private let isChecked: Bool
    private let catalogue: Catalogue

    /// - Parameter isChecked: whether the person asks what is wrong with the step, be it by going on from it.
    init(_ step: WizardStep, _ form: Form, isChecked: Bool, catalogue: Catalogue) {
        self.step = step
        self.form = form
        self.isChecked = isChecked
        self.catalogue = catalogue
    }

    /// Takes it over into a draft.
    ///
    /// - Throws: ``StaleForm`` where the step was changed since its page was made, and would be changed back.
    func apply(to draft: inout PreviewDraft) throws(StaleForm) {
        var changed = draft
        switch step {
        case .applications: ApplicationsForm(form).apply(to: &changed, catalogue: catalogue)
        case .configuration: ConfigurationForm(form).apply(to: &changed)
        case .network: NetworkForm(form).apply(to: &changed)
        case .variables: VariablesForm(form, catalogue: catalogue).apply(to: &changed)
        case .review: break
        }
        if !changed.saysTheSame(as: draft) {
            if let revision = form.revision, revision != draft.revision(of: step) { throw StaleForm(draft: changed) }
            changed.revisions[step, default: 0] += 1
        }
        if isChecked { changed.visited.insert(step) }
        draft = changed
    }
}

/// A form whose page does not show what the draft is by now.
struct StaleForm: Error {
    /// The draft as the form would make it.
    let draft: PreviewDraft
}

extension Form {
    /// The revision of the draft's step that the page was made of; `nil` where it does not say.
    var revision: Int? { text("revision").flatMap { Int($0) } }
}
