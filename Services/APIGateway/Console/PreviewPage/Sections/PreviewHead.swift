import Foundation
import PreviewDomain

/// What stands at the top of a preview's page: its name and status, and the facts that do not change.
struct PreviewHead: Sendable {
    /// A place in the web that the preview comes from.
    struct Link: Sendable {
        let text: String
        let url: String
    }

    let id: String
    let name: String
    let status: StatusBadge
    let expires: Moment?
    let created: Moment
    let owner: String
    /// Whether only the program is known that wrote the resource.
    let isByProgram: Bool
    let origin: String
    let pullRequest: Link?
    let branches: String?
    /// The resource that ordered it, as kubectl names it.
    let resource: String?
    let cluster: String
    let namespace: String
    let cost: CostLine
    /// How often the preview was changed, where it was.
    let generation: Int?
    let extensions: [Extension]
    /// The address of the primary service.
    let address: Link?
    /// The same where it answers.
    let visit: Link?

    /// A longer time to live that may be chosen.
    struct Extension: Sendable {
        /// Hours from the creation, as the API takes them.
        let ttlHours: Int
        let label: String
    }

    init(_ sight: PreviewSight) {
        let document = sight.document
        id = document.id.rawValue
        name = document.name
        status = StatusBadge(document)
        expires = document.status.isActive ? Moment(document.expiresAt) : nil
        created = Moment(document.createdAt)
        owner = document.createdBy
        isByProgram = document.origin == .resource
        origin = OriginLabel.text(document.origin)
        pullRequest = document.pullRequest.flatMap { request in
            request.url.flatMap { url in
                let title = request.title.map { ": \($0)" } ?? ""
                return WebLink.isSafe(url)
                    ? Link(text: "\(request.repository)#\(request.number)\(title)", url: url) : nil
            }
        }
        branches = document.pullRequest.flatMap { request in
            request.headBranch.map { head in request.baseBranch.map { "\(head) → \($0)" } ?? head }
        }
        resource = document.resource.map { "previewenvironment/\($0.name) -n \($0.namespace)" }
        cluster = document.cluster
        namespace = document.namespace
        cost = CostLine(document.cost)
        generation = document.generation > sight.preview.firstGeneration ? document.generation : nil
        extensions = Self.extensions(of: sight)
        let primary = document.services.first { $0.externalURL != nil && document.status.isActive }
        address = primary?.externalURL.flatMap { WebLink.isSafe($0) ? Link(text: $0, url: $0) : nil }
        visit = primary?.addressReady == true ? address : nil
    }

    /// What may be chosen within the limits, in hours beyond the present time to live.
    private static func extensions(of sight: PreviewSight) -> [Extension] {
        let present = sight.preview.ttl / sight.limits.secondsPerHour
        return [1, 4, 8, 24, 48, 72].compactMap { more in
            let hours = Int(present.rounded(.up)) + more
            guard sight.limits.hours.contains(hours) else { return nil }
            let label = more % 24 == 0 ? (more == 24 ? "1 day" : "\(more / 24) days") : "\(more) h"
            return Extension(ttlHours: hours, label: "\(label) more, \(hours) h in all")
        }
    }
}

/// Addresses that pages link to.
enum WebLink {
    /// Whether it leads to a web page; another scheme could run a script.
    static func isSafe(_ url: String) -> Bool { PullRequestLinks.isLink(url) }
}

/// A number that sums up a preview.
struct SummaryBadge: Sendable {
    let text: String
    let tone: String
    let icon: String

    private init(_ text: String, _ tone: StatusBadge.Tone, _ icon: String) {
        (self.text, self.tone, self.icon) = (text, tone.rawValue, icon)
    }

    static func all(of document: PreviewDocument) -> [SummaryBadge] {
        let count = document.services.count
        let healthy = document.services.count { $0.health == .healthy }
        let changed = document.services.count { $0.sourceVersion != $0.targetVersion }
        let approved = document.services.count(where: \.approved)
        let services = count == 1 ? "1 service" : "\(count) services"
        var badges = [SummaryBadge(services, .neutral, "applications")]
        if document.status.isActive {
            let tone: StatusBadge.Tone = healthy == count ? .good : .neutral
            badges.append(SummaryBadge("\(healthy) of \(count) healthy", tone, healthy == count ? "check" : "progress"))
        }
        badges.append(
            SummaryBadge(changed == 1 ? "1 version change" : "\(changed) version changes", .neutral, "promote"))
        let tone: StatusBadge.Tone = approved == count ? .good : .neutral
        badges.append(SummaryBadge("\(approved) of \(count) approved", tone, approved == count ? "check" : "clock"))
        return badges
    }
}
