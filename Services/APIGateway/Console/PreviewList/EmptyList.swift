/// What a list says that shows nothing: why, and what to do.
struct EmptyList: Sendable, Hashable {
    let title: String
    let text: String
    /// A command that helps.
    var command: String?
    var link: Link?

    struct Link: Sendable, Hashable {
        let label: String
        let path: String
    }

    private static let explanation =
        "A preview runs new versions of some of your applications beside production, with copies of their databases "
        + "and an address of its own, until it is approved, rejected or expires."

    static let nothingMatches = EmptyList(
        title: "No preview matches", text: "Take away some of the filters above, or all of them.",
        link: Link(label: "Clear filters", path: "/previews"))

    static let noPreviews = EmptyList(
        title: "No previews yet", text: explanation, link: Link(label: "New preview", path: "/previews/new"))

    static let noPreviewsForViewers = EmptyList(
        title: "No previews yet",
        text: explanation + " You can look at previews. To create one, ask an admin for the role developer.",
        link: Link(label: "See the applications", path: "/applications"))

    static let noClusters = EmptyList(
        title: "No cluster is connected yet",
        text: "Understudy finds what it can preview by a provisioner on each cluster. Start one with access to the "
            + "cluster and to the message broker; a few seconds later the cluster is listed, with its applications.",
        command: "kubectl apply -k deploy/kubernetes", link: Link(label: "See the clusters", path: "/clusters"))
}
