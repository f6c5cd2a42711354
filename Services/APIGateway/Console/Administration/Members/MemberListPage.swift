import PreviewDomain

/// The members of an organization, and who is signed in.
struct MemberListPage: ConsolePage {
    static let template = "members"
    let title = "Members"
    let section: ConsoleSection? = .members
    let organization: String
    let listing: NameListing
    let members: [MemberRow]
    let hasMembers: Bool
    let empty: EmptyList?
    let signedIn: SessionListing
    /// What people know the provider as, where there is one.
    let provider: String?

    init(
        _ members: [MemberRow], listing: NameListing, sessions: SessionListing, organization: OrganizationName,
        provider: String?
    ) {
        self.organization = organization.rawValue
        self.listing = listing
        self.members = members
        hasMembers = !members.isEmpty
        empty = hasMembers ? nil : listing.isSearched ? .noMemberMatches : .noMembers
        signedIn = sessions
        self.provider = provider
    }
}

/// Some of those who are signed in, and the ways to the others.
struct SessionListing: Sendable {
    let sessions: [SessionRow]
    /// How many there are, where not all of them are shown.
    let shown: String?
    let newest: String?
    let older: String?

    /// - Parameters:
    ///   - members: which members are listed beside them.
    ///   - own: the id of the session that asks.
    ///   - isFirst: whether none is newer.
    init(_ page: SessionQuery.Page, of members: NameQuery, own: String?, isFirst: Bool) {
        var address = PageAddress("/members")
        if let text = members.text { address = address.adding("q", text) }
        let place = "#signed-in"
        sessions = page.items.map { SessionRow($0, own: own) }
        shown = page.items.count == page.total ? nil : "\(page.items.count) of \(page.total) sessions"
        newest = isFirst ? nil : address.text + place
        older = page.nextCursor.map { address.adding("sessions", $0).text + place }
    }
}

extension EmptyList {
    fileprivate static let noMembers = EmptyList(
        title: "No members yet",
        text: "Whoever signs in at the identity provider with a group that has a role here appears by themselves. "
            + "Others you add by their e-mail address.",
        link: Link(label: "Add member", path: "/members/new"))

    fileprivate static let noMemberMatches = EmptyList(
        title: "No member matches", text: "Search for part of a name or of an e-mail address.",
        link: Link(label: "See all members", path: "/members"))
}

/// A member in the list.
struct MemberRow: Sendable {
    let id: String
    let name: String
    /// The address, where the name is another text.
    let email: String?
    let role: String
    let roleLabel: String
    /// Where the role comes from, in words.
    let source: String
    let isFromGroups: Bool
    let lastSeen: Moment?
    let addedAt: Moment
    let addedBy: String
    let sessions: Int
    let hasSessions: Bool
    /// Whether it is the person who looks.
    let isSelf: Bool

    init(_ member: Member, sessions: Int, _ session: Session?) {
        id = member.id
        name = member.name
        email = member.email == member.name ? nil : member.email
        role = member.role.rawValue
        roleLabel = member.role.label
        isFromGroups = member.source == .groups
        source = isFromGroups ? "From groups" : "Given by an admin"
        lastSeen = member.lastSeenAt.map { Moment($0) }
        addedAt = Moment(member.createdAt)
        addedBy = member.createdBy
        self.sessions = sessions
        hasSessions = sessions > 0
        isSelf = member.isSelf(session)
    }
}

/// One member: what they may do, and the way to change or end that.
struct MemberPage: ConsolePage {
    static let template = "member"
    let title: String
    let section: ConsoleSection? = .members
    let member: MemberRow
    let roles: [RoleChoice]
    var roleProblem: String?

    init(_ member: MemberRow) {
        title = member.name
        self.member = member
        roles = RoleChoice.all(chosen: member.role)
    }
}

/// Asks whether a member is to be removed, and says what that ends.
struct MemberRemovalPage: ConsolePage {
    static let template = "member-remove"
    let title = "Remove member"
    let section: ConsoleSection? = .members
    let member: MemberRow
    let organization: String

    init(member: MemberRow, organization: OrganizationName) {
        self.member = member
        self.organization = organization.rawValue
    }
}
