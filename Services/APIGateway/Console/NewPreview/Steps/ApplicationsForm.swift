import PreviewDomain

/// The first step's form.
struct ApplicationsForm: Sendable {
    private let listed: Set<String>
    private let checked: [String]

    init(_ form: Form) {
        listed = Set(form.all("listed"))
        checked = form.all("application")
    }

    /// Takes out what was listed and is not checked, and adds what is.
    func apply(to draft: inout PreviewDraft, catalogue: Catalogue) {
        let wanted = Set(checked)
        for key in draft.services.map(\.key) where listed.contains(key) && !wanted.contains(key) {
            draft.change(key) { $0.isChosen = false }
        }
        for key in checked {
            let pieces = key.split(separator: "|", maxSplits: 1).map(String.init)
            guard pieces.count == 2, let reference = ApplicationReference(pieces[1]),
                let application = catalogue.application(reference, on: pieces[0]), application.problem == nil
            else { continue }
            draft.choose(application)
        }
    }
}
