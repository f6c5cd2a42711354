import Foundation
import PreviewDomain

/// The fourth step's form. Secrets are sealed as it is read.
struct VariablesForm: Sendable {
    private let form: Form
    private let catalogue: Catalogue
    private let sealing: VariableSealing

    init(_ form: Form, catalogue: Catalogue) {
        self.form = form
        self.catalogue = catalogue
        sealing = VariableSealing(catalogue: catalogue)
    }

    func apply(to draft: inout PreviewDraft) {
        for key in form.all("service") {
            draft.change(key) { service in
                takeOverrides(of: &service)
                takeAdded(of: &service)
            }
        }
    }

    /// What was typed over variables of the application.
    private func takeOverrides(of service: inout PreviewDraft.Service) {
        let names = Set((service.application(in: catalogue)?.variables ?? []).map(\.name)).union(
            service.variables.map(\.name))
        for name in names.sorted() {
            let key = "\(service.key)|\(name)"
            if form["revert"] == key {
                service.variables.removeAll { $0.name == name }
                continue
            }
            guard let text = text("value|\(key)") else { continue }
            let known = service.variables.firstIndex { $0.name == name }
            let value = typed(text, key: key, known: known.map { service.variables[$0].value }, in: service.cluster)
            guard let value else { continue }
            if let known {
                service.variables[known].value = value
            } else {
                service.variables.append(.init(id: UUID().uuidString, name: name, value: value))
            }
        }
    }

    /// What a field comes to; `nil` where nothing was changed.
    private func typed(_ text: String, key: String, known: TypedValue?, in cluster: String) -> TypedValue? {
        if form["empty|\(key)"] != nil { return .literal("") }
        let isSecret = form["secret|\(key)"] != nil
        switch known {
        case .sealed:
            // The field of a secret is always shown empty.
            return text.isEmpty ? nil : value(text, isSecret: isSecret, in: cluster)
        case .literal(let literal):
            return text == literal && !isSecret ? nil : value(text, isSecret: isSecret, in: cluster)
        case nil:
            let isChanged = self.text("was|\(key)").map { $0 != text } ?? !text.isEmpty
            return isChanged ? value(text, isSecret: isSecret, in: cluster) : nil
        }
    }

    /// Variables that the application does not have.
    private func takeAdded(of service: inout PreviewDraft.Service) {
        for id in form.all("added|\(service.key)") {
            guard let index = service.variables.firstIndex(where: { $0.id == id }) else { continue }
            if form["remove"] == id {
                service.variables.remove(at: index)
                continue
            }
            if let name = form.trimmed("name|\(id)") { service.variables[index].name = name }
            guard let text = text("value|\(id)") else { continue }
            let isSecret = form["secret|\(id)"] != nil
            if case .sealed = service.variables[index].value, text.isEmpty { continue }
            service.variables[index].value = value(text, isSecret: isSecret, in: service.cluster)
        }
        let (name, text) = (form.trimmed("name|new|\(service.key)") ?? "", text("value|new|\(service.key)") ?? "")
        guard !name.isEmpty || !text.isEmpty else { return }
        let value = value(text, isSecret: form["secret|new|\(service.key)"] != nil, in: service.cluster)
        // A name that is typed again is a change of mind.
        if let index = service.variables.firstIndex(where: { $0.name == name }) {
            service.variables[index].value = value
        } else {
            service.variables.append(.init(id: UUID().uuidString, name: name, value: value))
        }
    }

    private func value(_ text: String, isSecret: Bool, in cluster: String) -> TypedValue {
        isSecret ? sealing.value(text, for: cluster) : .literal(text)
    }

    /// Browsers send lines that end in carriage returns.
    private func text(_ name: String) -> String? { form[name]?.replacing("\r\n", with: "\n") }
}
