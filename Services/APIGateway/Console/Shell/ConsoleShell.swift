import Foundation

/// What surrounds every page: who is signed in, where one can go, what just happened.
struct ConsoleShell {
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
    var navigation: [Entry]
    var csrfToken: String?
    var notice: Notice?
    var live: String?
    /// `light` or `dark`, where the person chose.
    var theme: String?
    var styleSheet: String
    var script: String
    /// The page's own address, which forms that change the surroundings lead back to.
    var address: String
}

extension ConsoleShell {
    /// The entries that a session's role sees.
    static func navigation(role: Role, current: ConsoleSection?) -> [Entry] {
        ConsoleSection.allCases.filter { role >= $0.role }.map {
            Entry(label: $0.label, path: "/\($0.rawValue)", icon: $0.rawValue, isCurrent: $0 == current)
        }
    }
}
