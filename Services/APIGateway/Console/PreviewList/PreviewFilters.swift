import PreviewDomain

/// What a list of previews is narrowed by, as fields to fill in and as chips to take away.
struct PreviewFilters: Sendable, Hashable {
    struct Option: Sendable, Hashable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    /// One of several values.
    struct Choice: Sendable, Hashable {
        let name: String
        let label: String
        let options: [Option]
    }

    struct StatusOption: Sendable, Hashable {
        let value: String
        let label: String
        let count: Int
        let isChosen: Bool
    }

    /// Something that narrows the list, with the address of the list without it.
    struct Chip: Sendable, Hashable {
        let label: String
        let value: String
        let without: String
    }

    let search: String?
    let application: String?
    let statuses: [StatusOption]
    let choices: [Choice]
    let chips: [Chip]
    let hasChips: Bool
    /// The list's address without a cursor.
    let address: PageAddress
    /// The list's address with nothing left out, in the same order.
    let clear: String

    init(
        _ query: PreviewList.Query, found: PreviewList.Page, owners: [String], clusters: [String], viewer: Principal
    ) {
        search = query.text
        application = query.application
        statuses = PreviewList.StatusChoice.all.compactMap { choice in
            let count = choice.statuses.reduce(0) { $0 + (found.counts[$1] ?? 0) }
            let isChosen = query.statuses.contains(choice)
            if case .status = choice, count == 0, !isChosen { return nil }
            return StatusOption(value: choice.name, label: choice.label, count: count, isChosen: isChosen)
        }
        choices = Self.choices(query, owners: owners, clusters: clusters, viewer: viewer)
        let address = Self.address(of: query, viewer: viewer)
        chips = Self.chips(query, viewer: viewer).map { label, value, field in
            Chip(label: label, value: value, without: address.removing(field.name, field.value).text)
        }
        hasChips = !chips.isEmpty
        self.address = address
        var bare = PageAddress(address.path)
        bare.fields = address.fields.filter { ["sort", "limit"].contains($0.name) }
        clear = bare.text
    }

    private static func choices(
        _ query: PreviewList.Query, owners: [String], clusters: [String], viewer: Principal
    ) -> [Choice] {
        var choices = [
            Choice(
                name: "owner", label: "Owner",
                options: [
                    Option(value: "", label: "Anyone", isChosen: query.owner == nil),
                    Option(value: "me", label: "Me", isChosen: query.owner == viewer.name),
                ]
                    + Set(owners + [query.owner].compactMap { $0 }).subtracting([viewer.name]).sorted().map {
                        Option(value: $0, label: $0, isChosen: $0 == query.owner)
                    }),
            Choice(
                name: "origin", label: "Origin",
                options: [Option(value: "", label: "Any", isChosen: query.origins.isEmpty)]
                    + PreviewOrigin.allCases.map {
                        Option(
                            value: $0.rawValue, label: OriginLabel.text($0), isChosen: query.origins.contains($0))
                    }),
        ]
        let known = Set(clusters).union(query.clusters)
        if known.count > 1 || !query.clusters.isEmpty {
            let all = Option(value: "", label: "All", isChosen: query.clusters.isEmpty)
            let options = known.sorted().map {
                Option(value: $0, label: $0, isChosen: query.clusters.contains($0))
            }
            choices.append(Choice(name: "cluster", label: "Cluster", options: [all] + options))
        }
        choices.append(
            Choice(
                name: "sort", label: "Sort by",
                options: PreviewSort.allCases.map {
                    Option(value: $0.rawValue, label: $0.label, isChosen: $0 == query.sort)
                }))
        return choices
    }

    /// What narrows the list: its kind, its value, and the field of the query that says so.
    private static func chips(
        _ query: PreviewList.Query, viewer: Principal
    ) -> [(label: String, value: String, field: PageAddress.Field)] {
        var chips: [(label: String, value: String, field: PageAddress.Field)] = []
        if let text = query.text { chips.append(("Search", text, .init(name: "q", value: text))) }
        for choice in query.statuses {
            chips.append(("Status", choice.label, .init(name: "status", value: choice.name)))
        }
        for origin in query.origins {
            chips.append(("Origin", OriginLabel.text(origin), .init(name: "origin", value: origin.rawValue)))
        }
        if let owner = query.owner {
            let isMe = owner == viewer.name
            chips.append(("Owner", isMe ? "Me" : owner, .init(name: "owner", value: isMe ? "me" : owner)))
        }
        for cluster in query.clusters { chips.append(("Cluster", cluster, .init(name: "cluster", value: cluster))) }
        if let application = query.application {
            chips.append(("Application", application, .init(name: "application", value: application)))
        }
        return chips
    }

    private static func address(of query: PreviewList.Query, viewer: Principal) -> PageAddress {
        var address = PageAddress("/previews")
        address.fields = chips(query, viewer: viewer).map(\.field)
        if query.sort != .newest { address.fields.append(.init(name: "sort", value: query.sort.rawValue)) }
        if query.limit != PreviewListPages.pageSize {
            address.fields.append(.init(name: "limit", value: String(query.limit)))
        }
        return address
    }
}

extension PreviewList.StatusChoice {
    var label: String {
        switch self {
        case .active: "All active"
        case .ended: "All ended"
        case .status(.tornDown): "Torn down"
        case .status(let status): status.rawValue
        }
    }
}

extension PreviewSort {
    var label: String {
        switch self {
        case .newest: "Newest"
        case .expires: "Soonest to expire"
        case .name: "Name"
        case .status: "Status"
        }
    }
}
