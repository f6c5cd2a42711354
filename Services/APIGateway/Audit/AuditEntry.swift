import Foundation
import PreviewDomain

/// One thing that somebody did.
struct AuditEntry: Codable, Sendable, Hashable {
    /// What a change made of one property.
    struct Change: Codable, Sendable, Hashable {
        var field: String
        var before: String?
        var after: String?
    }

    /// Who acts where the gateway itself decides.
    static let gateway = "understudy"

    /// Grows with each entry of the installation.
    var id: Int64 = 0
    var at: Date
    var organization: OrganizationName
    var actor: String
    /// What was done, such as `preview.approve`.
    var action: String
    /// What it was done to: a preview's id, a token's or a person's name.
    var target: String
    /// More of it, in words.
    var detail: String?
    /// What it was before and after, where that matters.
    var changes: [Change] = []
    var channel: ChangeOrigin.Channel?
    var address: String?
    var userAgent: String?
    var messageID: String?

    init(
        _ action: String, target: String, organization: OrganizationName, detail: String? = nil,
        changes: [Change] = [], cause: Cause, at instant: Date
    ) {
        at = instant
        self.organization = organization
        actor = cause.actor ?? Self.gateway
        self.action = action
        self.target = target
        self.detail = detail
        self.changes = changes
        channel = cause.origin?.channel
        address = cause.origin?.address
        userAgent = cause.origin?.userAgent
        messageID = cause.origin?.messageID
    }
}
