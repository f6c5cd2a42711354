import PreviewDomain

/// The first step: which applications the preview is of.
struct ApplicationsContent: Sendable {
    let search: String?
    let clusters: [ClusterPart]
    /// Applications that were chosen and are not there any more.
    let missing: [Choice]
    let chosen: Int
    let isEmpty: Bool
    let others: [OtherDraft]
    let hasOthers: Bool

    struct ClusterPart: Sendable {
        let id: String
        let name: String
        let version: String?
        let status: StatusBadge
        /// What one should know before choosing from it.
        let note: String?
        let applications: [Choice]
    }

    /// An application to choose.
    struct Choice: Sendable {
        let id: String
        let key: String
        let cluster: String
        let namespace: String
        let name: String
        let version: String
        let image: String
        let replicas: String
        let databases: String?
        let isChosen: Bool
        let isDisabled: Bool
        /// Why it can't be chosen.
        let reason: String?
        /// What is wrong with having chosen it.
        let problem: String?
        /// Whether only the choice of another cluster stands against it.
        let isElsewhere: Bool
        let text: String
    }

    /// Another draft of the person's.
    struct OtherDraft: Sendable {
        let id: String
        let name: String
        let changed: Moment
    }
}

extension NewPreviewPages {
    func applications(_ opened: Opened, query: Form, _ context: GatewayContext) async throws -> ApplicationsContent {
        let (review, catalogue) = (opened.review, opened.catalogue)
        let search = query.text("q")?.lowercased()
        let chosen = opened.review.draft.chosen
        let indices = Dictionary(chosen.enumerated().map { ($1.key, $0) }) { first, _ in first }
        var known: Set<String> = []
        let now = gateway.store.now()
        let clusters = catalogue.clusters.values.sorted { $0.name < $1.name }.enumerated().map { number, cluster in
            let applications = cluster.applications.values
                .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
                .enumerated().compactMap { place, application -> ApplicationsContent.Choice? in
                    let key = PreviewDraft.key(application)
                    known.insert(key)
                    let text = "\(application.reference) \(application.image)".lowercased()
                    guard search.map(text.contains) ?? true else { return nil }
                    let isElsewhere = chosen.first.map { $0.cluster != application.cluster } ?? false
                    let reason =
                        application.problem.map { "Can't be previewed: \($0)" }
                        ?? (isElsewhere
                            ? "On another cluster than \(chosen.first?.cluster ?? ""); a preview is on one cluster."
                            : nil)
                    let index = indices[key]
                    return .init(
                        id: "a\(number)-\(place)", key: key, cluster: application.cluster,
                        namespace: application.namespace, name: application.name, version: application.currentVersion,
                        image: ImageReference(application.image).repository,
                        replicas: application.replicas == 1 ? "1 replica" : "\(application.replicas) replicas",
                        databases: application.databases.isEmpty
                            ? nil : application.databases.map(\.description).joined(separator: ", "),
                        isChosen: index != nil, isDisabled: index == nil && reason != nil, reason: reason,
                        problem: index.flatMap { index in
                            review.problems.first {
                                $0.field.hasPrefix("services[\(index)].") && WizardStep(of: $0) == .applications
                            }?
                            .message
                        }, isElsewhere: application.problem == nil, text: text)
                }
            return ApplicationsContent.ClusterPart(
                id: "cluster-\(number)", name: cluster.name, version: cluster.version,
                status: StatusBadge(cluster.status(now: now)), note: Self.note(of: cluster), applications: applications)
        }
        let missing = chosen.enumerated().filter { !known.contains($1.key) }.map { index, service in
            ApplicationsContent.Choice(
                id: "gone-\(index)", key: service.key, cluster: service.cluster,
                namespace: service.application.split(separator: "/").first.map(String.init) ?? "", name: service.name,
                version: "", image: "", replicas: "", databases: nil, isChosen: true, isDisabled: false, reason: nil,
                problem: "It does not run on \(service.cluster) any more; take it out.", isElsewhere: false, text: "")
        }
        let others = try await drafts.open(of: owner(context)).filter {
            $0.id != opened.stored.id && !$0.draft.chosen.isEmpty
        }
        return ApplicationsContent(
            search: query.text("q"), clusters: clusters, missing: missing, chosen: chosen.count,
            isEmpty: clusters.allSatisfy(\.applications.isEmpty),
            others: others.prefix(5).map {
                .init(id: $0.id, name: $0.draft.name ?? $0.draft.suggestedName, changed: Moment($0.updatedAt))
            }, hasOthers: !others.isEmpty)
    }

    private static func note(of cluster: Catalogue.Cluster) -> String? {
        if let reachability = cluster.reachability, reachability.status == .unreachable {
            let problem = reachability.problem.map { " (\($0))" } ?? ""
            return "It cannot be reached\(problem). What is listed is what was last known; a preview of it begins when "
                + "it is back."
        }
        return cluster.problem.map { "It can't be read at present: \($0)" }
    }
}

extension PreviewDraft {
    /// Names an application in forms.
    static func key(_ application: Application) -> String {
        Service(cluster: application.cluster, application: application.reference.description).key
    }
}

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
