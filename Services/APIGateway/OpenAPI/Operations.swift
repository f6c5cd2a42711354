import HTTPTypes
import KubernetesClient

extension Operation {
    /// Every call of the API.
    static let all: [Operation] = catalogue + previews + actions + history + tokens + people + document

    /// Of a list whose pages lead in both directions by the same parameter.
    private static let page: [Parameter] = [
        .init(name: "limit", schema: Schema.integer, description: "How many items a page has at most."),
        .init(
            name: "cursor", schema: Schema.text,
            description: "The nextCursor of the page before, or the previousCursor of the page after."),
    ]

    private static let catalogue: [Operation] = [
        .init(
            method: .get, path: "/api/v1/clusters", id: "listClusters", tag: "catalogue",
            summary: "The clusters that provisioners report.", role: .viewer, answer: "ClusterList"),
        .init(
            method: .get, path: "/api/v1/applications", id: "listApplications", tag: "catalogue",
            summary: "The applications found on the clusters.", role: .viewer,
            parameters: [
                .init(name: "cluster", schema: Schema.text, description: "Only those of one cluster."),
                .init(name: "q", schema: Schema.text, description: "Part of a namespace, name or image."),
            ] + page, answer: "ApplicationList", refusals: [.badRequest]),
        .init(
            method: .get, path: "/api/v1/applications/{cluster}/{namespace}/{name}/variables", id: "listVariables",
            tag: "catalogue", summary: "An application's variables; a secret's value is null.", role: .viewer,
            answer: "VariableList", refusals: [.notFound]),
        .init(
            method: .get, path: "/api/v1/applications/{cluster}/{namespace}/{name}/versions", id: "listVersions",
            tag: "catalogue",
            summary: "The versions known of an application's image, newest first, and where each was seen.",
            role: .viewer, answer: "VersionList", refusals: [.notFound]),
    ]

    private static let previews: [Operation] = [
        .init(
            method: .post, path: "/api/v1/preview-plans", id: "planPreview", tag: "previews",
            summary: "What a preview would be; stores nothing.", role: .viewer, body: "PreviewOrder",
            answer: "PreviewPlan", refusals: [.badRequest, .contentTooLarge, .unsupportedMediaType]),
        .init(
            method: .post, path: "/api/v1/previews", id: "createPreview", tag: "previews",
            summary: "Creates a preview.", role: .developer,
            parameters: [
                .init(
                    name: "Idempotency-Key", place: "header", schema: Schema.text,
                    description: "The same key leads to the same preview for 24 hours.")
            ], body: "PreviewOrder", success: .created, answer: "Preview",
            refusals: [
                .badRequest, .conflict, .contentTooLarge, .unsupportedMediaType, .unprocessableContent,
                .serviceUnavailable,
            ]),
        .init(
            method: .get, path: "/api/v1/previews", id: "listPreviews", tag: "previews",
            summary: "The organization's previews, newest first unless another order is wanted.", role: .viewer,
            parameters: [
                .init(
                    name: "status", schema: Schema.text,
                    description: "One status, or several with commas; active and ended are all of a kind."),
                .init(
                    name: "origin", schema: Schema.text,
                    description: "console, api, queue, resource or pull-request; several with commas."),
                .init(name: "owner", schema: Schema.text, description: "Who created them; me for who asks."),
                .init(name: "cluster", schema: Schema.text, description: "One cluster, or several with commas."),
                .init(
                    name: "application", schema: Schema.text,
                    description: "Those that run an application, as namespace/name."),
                .init(
                    name: "q", schema: Schema.text,
                    description: "Part of a name or an id; of a service or its version; of the resource, as "
                        + "namespace/name; of the pull request's repository, number, as owner/name#1, title, "
                        + "branches or commit."),
                .init(
                    name: "sort", schema: Schema.text(of: PreviewSort.allCases.map(\.rawValue)),
                    description: "newest; expires: the next to expire first; name; status: what needs someone first."),
            ] + page, answer: "PreviewList", refusals: [.badRequest]),
        .init(
            method: .get, path: "/api/v1/previews/{id}", id: "getPreview", tag: "previews",
            summary: "A preview.", role: .viewer, answer: "Preview", refusals: [.notFound]),
        .init(
            method: .patch, path: "/api/v1/previews/{id}", id: "updatePreview", tag: "previews",
            summary:
                "Changes the time to live, and services' settings and versions. What is left out stays; a variable "
                + "that is null is taken back.",
            role: .developer,
            body: "PreviewChange", answer: "Preview",
            refusals: [
                .badRequest, .notFound, .conflict, .contentTooLarge, .unsupportedMediaType, .unprocessableContent,
                .serviceUnavailable,
            ]),
    ]

    private static let actions: [Operation] = [
        .init(
            method: .post, path: "/api/v1/previews/{id}/approve", id: "approvePreview", tag: "decisions",
            summary: "Approves every service; promotions begin. Approving again changes nothing.", role: .approver,
            body: "Approval", bodyIsOptional: true, answer: "Preview",
            refusals: [.badRequest, .notFound, .conflict, .unprocessableContent]),
        .init(
            method: .post, path: "/api/v1/previews/{id}/services/{service}/approve", id: "approveService",
            tag: "decisions", summary: "Approves one service.", role: .approver, body: "Approval",
            bodyIsOptional: true, answer: "Preview",
            refusals: [.badRequest, .notFound, .conflict, .unprocessableContent]),
        .init(
            method: .post, path: "/api/v1/previews/{id}/reject", id: "rejectPreview", tag: "decisions",
            summary: "Rejects the preview; cleanup begins.", role: .approver, body: "Rejection",
            bodyIsOptional: true, answer: "Preview",
            refusals: [.badRequest, .notFound, .conflict, .unprocessableContent]),
        .init(
            method: .post, path: "/api/v1/previews/{id}/retry", id: "retryPreview", tag: "decisions",
            summary:
                "Tries again what failed. To force a promotion where production has moved on needs the role approver; "
                + "production names the versions of it that were looked at, by service, and where it runs others by "
                + "now nothing is done (409 production-moved).",
            role: .developer,
            body: "Retry", bodyIsOptional: true, answer: "Preview",
            refusals: [.badRequest, .notFound, .conflict, .unprocessableContent]),
        .init(
            method: .delete, path: "/api/v1/previews/{id}", id: "tearDownPreview", tag: "decisions",
            summary: "Tears the preview down; cleanup begins.", role: .developer, success: .accepted,
            answer: "Preview", refusals: [.notFound, .conflict]),
    ]

    private static let history: [Operation] = [
        .init(
            method: .get, path: "/api/v1/previews/{id}/timeline", id: "getTimeline", tag: "history",
            summary: "What happened to a preview, oldest first.", role: .viewer, parameters: page,
            answer: "Timeline", refusals: [.badRequest, .notFound]),
        .init(
            method: .get, path: "/api/v1/previews/{id}/receipt", id: "getReceipt", tag: "history",
            summary: "What was verified gone after the preview's end.", role: .viewer, answer: "Receipt",
            refusals: [.notFound]),
        .init(
            method: .get, path: "/api/v1/previews/{id}/services/{service}/logs", id: "getLogs", tag: "history",
            summary: "The last log lines of a service's pods.", role: .viewer,
            parameters: [
                .init(name: "lines", schema: Schema.integer, description: "Lines of each pod, 1 to 5000; 100.")
            ], answer: "Logs", refusals: [.badRequest, .notFound, .badGateway, .gatewayTimeout]),
        .init(
            method: .get, path: "/api/v1/stream", id: "stream", tag: "history",
            summary: "What happens to previews, as server-sent events; data is a TimelineEntry.", role: .viewer,
            parameters: [
                .init(name: "preview", schema: Schema.text, description: "Only what happens to one preview."),
                .init(
                    name: "Last-Event-ID", place: "header", schema: Schema.text,
                    description: "The id of the last event seen; the stream goes on after it."),
            ], answer: "EventStream", answerType: "text/event-stream",
            refusals: [.badRequest, .notFound, .tooManyRequests]),
    ]

    private static let tokens: [Operation] = [
        .init(
            method: .post, path: "/api/v1/tokens", id: "createToken", tag: "tokens",
            summary: "Makes a token; it is shown this once.", role: .admin, body: "TokenOrder", success: .created,
            answer: "MadeToken",
            refusals: [.badRequest, .conflict, .contentTooLarge, .unsupportedMediaType, .unprocessableContent]),
        .init(
            method: .get, path: "/api/v1/tokens", id: "listTokens", tag: "tokens",
            summary: "The organization's tokens, without the tokens themselves.", role: .admin,
            parameters: [
                .init(name: "q", schema: Schema.text, description: "Part of a name, or of the name of who made it."),
                organization,
            ] + page, answer: "TokenList", refusals: [.badRequest]),
        .init(
            method: .delete, path: "/api/v1/tokens/{token}", id: "revokeToken", tag: "tokens",
            summary: "Revokes a token, by its id.", role: .admin,
            parameters: [organization], success: .noContent, refusals: [.notFound, .conflict]),
    ]

    private static let organization = Parameter(
        name: "organization", schema: Schema.text, description: "Another one; for the first admin only.")

    private static let people: [Operation] = [
        .init(
            method: .get, path: "/api/v1/members", id: "listMembers", tag: "people",
            summary: "Who belongs to the organization, and whom admins expect.", role: .admin,
            parameters: [
                .init(name: "q", schema: Schema.text, description: "Part of a name or an e-mail address."),
                organization,
            ] + page, answer: "MemberList", refusals: [.badRequest]),
        .init(
            method: .put, path: "/api/v1/members/{member}", id: "putMember", tag: "people",
            summary: "Gives a role to a member, by id or e-mail address, or to whoever will sign in with an address.",
            role: .admin, parameters: [organization], body: "MemberOrder", answer: "Member", otherSuccess: .created,
            refusals: [
                .badRequest, .notFound, .conflict, .contentTooLarge, .unsupportedMediaType, .unprocessableContent,
            ]),
        .init(
            method: .delete, path: "/api/v1/members/{member}", id: "removeMember", tag: "people",
            summary: "Removes a member and ends their sessions. Whom a group admits comes back with the next sign-in.",
            role: .admin, parameters: [organization], success: .noContent, refusals: [.notFound, .conflict]),
        .init(
            method: .get, path: "/api/v1/sessions", id: "listSessions", tag: "people",
            summary: "Who is signed in, newest first.", role: .admin,
            parameters: [
                organization,
                .init(name: "limit", schema: Schema.integer, description: "How many items a page has at most."),
                .init(name: "cursor", schema: Schema.text, description: "The nextCursor of the page before."),
            ], answer: "SessionList", refusals: [.badRequest]),
        .init(
            method: .delete, path: "/api/v1/sessions/{session}", id: "endSession", tag: "people",
            summary: "Signs somebody out.", role: .admin, parameters: [organization], success: .noContent,
            refusals: [.notFound]),
        .init(
            method: .get, path: "/api/v1/audit", id: "listAudit", tag: "people",
            summary: "What was done and by whom, newest first; with Accept: text/csv all of it, as a table.",
            role: .admin,
            parameters: [
                .init(name: "q", schema: Schema.text, description: "Part of an actor, target, detail or address."),
                .init(
                    name: "actor", schema: Schema.text,
                    description: "Only what this one did; may be given several times."),
                .init(
                    name: "action", schema: Schema.text,
                    description: "Such as preview.approve, or preview for all of them; several with commas."),
                .init(name: "from", schema: Schema.text, description: "Not before this instant, or day."),
                .init(name: "to", schema: Schema.text, description: "Before this instant, or not after this day."),
                .init(
                    name: "zone", schema: Schema.text,
                    description: "The time zone of days, such as Europe/Berlin; UTC where it is missing."),
                .init(name: "after", schema: Schema.text, description: "A page's previousCursor: newer entries."),
                .init(name: "format", schema: Schema.text(of: ["csv"]), description: "The same as Accept: text/csv."),
            ] + page + [organization], answer: "AuditPage", refusals: [.badRequest]),
    ]

    private static let document: [Operation] = [
        .init(
            method: .get, path: "/api/v1/openapi.json", id: "getDocument", tag: "document",
            summary: "This document.", answer: "Document")
    ]
}
