import Hummingbird

/// Where the person wants to go with what was typed.
enum WizardDestination: Sendable, Hashable {
    case next
    case step(WizardStep)
    /// Nowhere: the person types on, and the page's script asks what is wrong by now.
    case keep
    /// Stays at the step, and shows the part of it that these fields tell.
    case stay([PageAddress.Field])

    init(_ form: Form, at request: Request) {
        if form["action"] == "next" {
            self = .next
        } else if form["action"] == "keep" {
            self = .keep
        } else if let step = form["go"].flatMap(WizardStep.init(rawValue:)) {
            self = .step(step)
        } else {
            var fields = ["q", "kind", "of"].map { ($0, form.text($0)) }
            let page = form.text("to") ?? form.text("page")
            fields.append(("page", page == "1" ? nil : page))
            fields.append(("at", request.query.text("at")))
            self = .stay(fields.compactMap { name, value in value.map { .init(name: name, value: $0) } })
        }
    }
}
