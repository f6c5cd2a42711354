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
        /// What it is searched by.
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
    /// How many of a person's other drafts are shown.
    private static let otherDrafts = 5

    func applications(_ opened: Opened, query: Form, _ context: GatewayContext) async throws -> ApplicationsContent {
        let choices = ApplicationChoices(review: opened.review, search: query.text("q")?.lowercased())
        let now = gateway.store.now()
        let clusters = opened.catalogue.clusters.values.sorted { $0.name < $1.name }.enumerated().map {
            number, cluster in
            ApplicationsContent.ClusterPart(
                id: "cluster-\(number)", name: cluster.name, version: cluster.version,
                status: StatusBadge(cluster.status(now: now)), note: cluster.note,
                applications: choices.choices(of: cluster, number: number))
        }
        let others = try await drafts.open(of: owner(context)).filter {
            $0.id != opened.stored.id && !$0.draft.chosen.isEmpty
        }
        return ApplicationsContent(
            search: query.text("q"), clusters: clusters, missing: choices.missing(from: opened.catalogue),
            chosen: choices.chosen.count, isEmpty: clusters.allSatisfy(\.applications.isEmpty),
            others: others.prefix(Self.otherDrafts).map {
                .init(id: $0.id, name: $0.draft.listedName, changed: Moment($0.updatedAt))
            }, hasOthers: !others.isEmpty)
    }
}

/// Makes the choices of what runs on the clusters and what was chosen.
private struct ApplicationChoices {
    let review: DraftReview
    let search: String?
    let chosen: [PreviewDraft.Service]
    private let indices: [String: Int]

    /// - Parameter search: what the choices shown contain, in lower case; all are shown where it is `nil`.
    init(review: DraftReview, search: String?) {
        self.review = review
        self.search = search
        chosen = review.draft.chosen
        indices = Dictionary(chosen.enumerated().map { ($1.key, $0) }) { first, _ in first }
    }

    /// Those on one cluster that match the search.
    func choices(of cluster: Catalogue.Cluster, number: Int) -> [ApplicationsContent.Choice] {
        cluster.applications.values.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }.enumerated()
            .compactMap { place, application in
                let text = "\(application.reference) \(application.image)".lowercased()
                guard search.map(text.contains) ?? true else { return nil }
                return choice(application, id: "a\(number)-\(place)", text: text)
            }
    }

    private func choice(_ application: Application, id: String, text: String) -> ApplicationsContent.Choice {
        let key = PreviewDraft.Service(application).key
        let index = indices[key]
        let reason = reason(against: application)
        return .init(
            id: id, key: key, cluster: application.cluster, namespace: application.namespace, name: application.name,
            version: application.currentVersion, image: ImageReference(application.image).repository,
            replicas: application.replicas == 1 ? "1 replica" : "\(application.replicas) replicas",
            databases: application.databases.isEmpty
                ? nil : application.databases.map(\.description).joined(separator: ", "),
            isChosen: index != nil, isDisabled: index == nil && reason != nil, reason: reason,
            problem: index.flatMap(problem), isElsewhere: application.problem == nil, text: text)
    }

    private func reason(against application: Application) -> String? {
        if let problem = application.problem { return "Can't be previewed: \(problem)" }
        guard let first = chosen.first, first.cluster != application.cluster else { return nil }
        return "On another cluster than \(first.cluster); a preview is on one cluster."
    }

    private func problem(ofChosen index: Int) -> String? {
        review.problems.first {
            $0.field.hasPrefix("services[\(index)].") && WizardStep(of: $0) == .applications
        }?.message
    }

    /// What was chosen and does not run any more.
    func missing(from catalogue: Catalogue) -> [ApplicationsContent.Choice] {
        chosen.enumerated().filter { $1.application(in: catalogue) == nil }.map { index, service in
            ApplicationsContent.Choice(
                id: "gone-\(index)", key: service.key, cluster: service.cluster,
                namespace: service.application.split(separator: "/").first.map(String.init) ?? "", name: service.name,
                version: "", image: "", replicas: "", databases: nil, isChosen: true, isDisabled: false, reason: nil,
                problem: "It does not run on \(service.cluster) any more; take it out.", isElsewhere: false, text: "")
        }
    }
}

extension Catalogue.Cluster {
    /// What one should know before choosing from it.
    fileprivate var note: String? {
        if let reachability, reachability.status == .unreachable {
            let problem = reachability.problem.map { " (\($0))" } ?? ""
            return "It cannot be reached\(problem). What is listed is what was last known; a preview of it begins when "
                + "it is back."
        }
        return problem.map { "It can't be read at present: \($0)" }
    }
}
