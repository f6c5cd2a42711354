import Foundation

/// Where the person wants to go with what was typed.
enum WizardDestination: Sendable, Hashable {
    case next
    case step(WizardStep)
    /// Stays on the page, with a query.
    case stay(query: String)

    init(_ form: Form) {
        if form["action"] == "next" {
            self = .next
        } else if let step = form["go"].flatMap(WizardStep.init(rawValue:)) {
            self = .step(step)
        } else {
            let query = ["q", "kind"].compactMap { name in form.text(name).map { "\(name)=\(Self.encoded($0))" } }
            self = .stay(query: query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
