import Foundation

/// What surrounds every page: who is signed in, where one can go, what just happened.
struct ConsoleShell {
    struct Group {
        var label: String?
        var entries: [Entry]
    }

    struct ThemeChoice {
        /// What the form sends; nothing where the browser decides.
        var value: String
        var label: String
        var isChosen: Bool
    }

    struct Entry {
        var label: String
        var path: String
        var icon: String
        var isCurrent: Bool
    }

    struct Person {
        var name: String
        var role: String
        var organization: String
        /// The other organizations that the person may switch to.
        var others: [String]
    }

    var title: String
    /// The name of the page's template.
    var template: String
    var content: Any
    var person: Person?
    var navigation: [Group]
    var csrfToken: String?
    var notice: Notice?
    var live: String?
    /// `light` or `dark`, where the person chose.
    var theme: String?
    var themes: [ThemeChoice]
    /// Why what people do takes effect later than they expect, where that is so.
    var outage: String?
    var styleSheet: String
    var script: String
    /// The page's own address, which forms that change the surroundings lead back to.
    var address: String
}

extension ConsoleShell {
    /// The entries that a session's role sees.
    static func navigation(role: Role, current: ConsoleSection?) -> [Group] {
        ConsoleSection.Group.allCases.compactMap { group in
            let entries = ConsoleSection.allCases.filter { $0.group == group && role >= $0.role }.map {
                Entry(label: $0.label, path: "/\($0.rawValue)", icon: $0.rawValue, isCurrent: $0 == current)
            }
            return entries.isEmpty ? nil : Group(label: group.label, entries: entries)
        }
    }

    /// The themes to choose from.
    static func themes(chosen: Theme?) -> [ThemeChoice] {
        [ThemeChoice(value: "", label: "Auto", isChosen: chosen == nil)]
            + Theme.allCases.map {
                ThemeChoice(value: $0.rawValue, label: $0.rawValue.capitalized, isChosen: $0 == chosen)
            }
    }
}
