import HTTPTypes

/// A page of the console: a template, and the values that it shows.
///
/// A template finds a page's stored properties by their names. Where a name may be missing in an element of a list, it
/// is written with a leading dot (`{{.message}}`), or the name would be looked up in what surrounds the list.
protocol ConsolePage: Sendable {
    /// The file's name in `Resources/Templates`, without its extension.
    static var template: String { get }
    /// What the browser's tab says before the product's name.
    var title: String { get }
    /// The entry of the navigation that leads here.
    var section: ConsoleSection? { get }
    /// Whose changes the open page follows.
    var live: LiveScope { get }
}

extension ConsolePage {
    var section: ConsoleSection? { nil }
    var live: LiveScope { .nothing }
}

/// What a page that stays open is told of.
enum LiveScope: Sendable, Hashable {
    case nothing
    /// Changes of any preview of the organization.
    case previews
    /// Changes of any preview, and of clusters and what runs on them.
    case catalogue
    /// Changes of one preview.
    case preview(String)

    /// Where the page listens.
    var path: String? {
        switch self {
        case .nothing: nil
        case .previews: "/live"
        case .catalogue: "/live?catalogue"
        case .preview(let id): "/live?preview=\(id)"
        }
    }
}

/// The parts of the console that the navigation leads to.
enum ConsoleSection: String, CaseIterable, Sendable {
    case previews, applications, clusters, audit, members, tokens

    var label: String {
        switch self {
        case .previews: "Previews"
        case .applications: "Applications"
        case .clusters: "Clusters"
        case .audit: "Audit"
        case .members: "Members"
        case .tokens: "Tokens"
        }
    }

    /// The part of the navigation that it is in; each has room for more.
    var group: Group {
        switch self {
        case .previews, .applications, .clusters: .work
        case .audit, .members, .tokens: .administration
        }
    }

    /// Parts of the navigation, in their order.
    enum Group: CaseIterable, Sendable {
        case work, administration

        /// What stands above its entries.
        var label: String? {
            switch self {
            case .work: nil
            case .administration: "Administration"
            }
        }
    }

    /// The role that sees it.
    var role: Role {
        switch self {
        case .previews, .applications, .clusters: .viewer
        case .audit, .members, .tokens: .admin
        }
    }
}
