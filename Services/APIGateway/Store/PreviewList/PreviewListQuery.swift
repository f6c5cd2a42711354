import Foundation
import GRDB
import PreviewDomain

extension PreviewList {
    /// One status, or all of a kind.
    enum StatusChoice: Sendable, Hashable {
        case active, ended
        case status(PreviewStatus)

        /// Every choice, in the order in which they are offered.
        static let all = [.active, .ended] + PreviewStatus.allCases.map(Self.status)

        /// The choice as it is written in a query.
        var name: String {
            switch self {
            case .active: "active"
            case .ended: "ended"
            case .status(let status): status.rawValue
            }
        }

        var statuses: [PreviewStatus] {
            switch self {
            case .active: PreviewStatus.allCases.filter(\.isActive)
            case .ended: PreviewStatus.allCases.filter { !$0.isActive }
            case .status(let status): [status]
            }
        }
    }

    /// Which previews are wanted, in which order, and which part of them.
    struct Query: Sendable {
        /// The least and the most previews of a page.
        static let limits = 1...200

        /// Any of them; all where it is empty.
        var statuses: [StatusChoice] = []
        var origins: [PreviewOrigin] = []
        /// Who created them.
        var owner: String?
        var clusters: [String] = []
        /// `namespace/name` of an application that they run.
        var application: String?
        /// Part of what is known by heart of a preview: ``PreviewTable/searched(_:)``.
        var text: String?
        var sort = PreviewSort.newest
        var limit = 50
        var position: Position?

        init() {}

        /// Reads the fields of a query.
        ///
        /// - Parameter viewer: who asks; `owner=me` means them.
        /// - Throws: ``Problem`` that names every field which is wrong.
        init(_ fields: Form, viewer: Principal, limit standard: Int = 50) throws(Problem) {
            var reader = QueryReader(fields)
            for word in reader.words("status") {
                guard let found = reader.choice("status", word, of: StatusChoice.all.map { ($0.name, $0) }),
                    !statuses.contains(found)
                else { continue }
                statuses.append(found)
            }
            let known = PreviewOrigin.allCases.map { ($0.rawValue, $0) }
            let wanted = reader.words("origin").compactMap { reader.choice("origin", $0, of: known) }
            origins = PreviewOrigin.allCases.filter(wanted.contains)
            owner = reader.text("owner").map { $0 == "me" ? viewer.name : $0 }
            clusters = reader.words("cluster")
            application = reader.text("application")
            text = reader.text("q")
            if let word = reader.text("sort") {
                sort = reader.choice("sort", word, of: PreviewSort.allCases.map { ($0.rawValue, $0) }) ?? sort
            }
            limit = reader.integer("limit", in: Self.limits) ?? standard
            position = reader.cursor { [sort] in Position(cursor: $0).flatMap { $0.sort == sort ? $0 : nil } }
            try reader.check()
        }

        /// Whether it leaves any preview out.
        var isNarrowed: Bool {
            !statuses.isEmpty || !origins.isEmpty || owner != nil || !clusters.isEmpty || application != nil
                || text != nil
        }

        /// The statuses that are wanted; all where none is chosen.
        var wantedStatuses: Set<PreviewStatus> {
            statuses.isEmpty ? Set(PreviewStatus.allCases) : Set(statuses.flatMap(\.statuses))
        }

        /// What a preview has to be, but for its status.
        func filter(organization: OrganizationName) -> RowFilter {
            var filter = RowFilter("organization = ?", [organization.rawValue])
            if !origins.isEmpty { filter.require("origin", among: origins.map(\.rawValue)) }
            if let owner { filter.require("created_by = ?", [owner]) }
            if !clusters.isEmpty { filter.require("cluster", among: clusters) }
            if let application {
                filter.require(
                    "id IN (SELECT preview_id FROM preview_applications WHERE application = ?)", [application])
            }
            if let text { filter.require("searched LIKE ? ESCAPE '\\'", ["%\(text.lowercased().escapedForLike)%"]) }
            return filter
        }

        /// What a preview has to be, its status included.
        func fullFilter(organization: OrganizationName) -> RowFilter {
            var filter = filter(organization: organization)
            if !statuses.isEmpty { filter.require("status", among: wantedStatuses.map(\.rawValue).sorted()) }
            return filter
        }
    }
}

extension RowFilter {
    /// Only what comes after a place in the list, or before it where `isBefore`.
    mutating func require(_ position: PreviewList.Position, isBefore: Bool) {
        let key = position.sort.key
        let isLess = position.sort.isDescending != isBefore
        require(
            "(\(key) \(isLess ? "<" : ">") ? OR (\(key) = ? AND id \(isBefore ? "<" : ">") ?))",
            [position.value, position.value, position.id])
    }
}
