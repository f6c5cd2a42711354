import Foundation
import KubernetesClient
import PreviewDomain

/// How else the same preview could be asked for: as a resource, and by the REST API.
struct EquivalentCommands: Sendable {
    let draft: PreviewDraft
    let plan: PlanReview
    let catalogue: Catalogue
    let url: PublicURL

    private static let unknownCommit = String(repeating: "0", count: 40)

    /// The command that creates the preview; secrets are to be typed in again.
    var curl: String {
        let secret: JSONValue = ["value": "TYPE THE SECRET HERE", "secret": true]
        let body = JSONValue.object(draft.body(secret: secret)).serializedBytes(pretty: true)
        // No line of JSON is the word alone, and the shell reads nothing into what stands before it.
        return """
            curl -sS -X POST \(url.url("/api/v1/previews")) \\
              -H "Authorization: Bearer $UNDERSTUDY_TOKEN" \\
              -H "Content-Type: application/json" \\
              --data-binary @- <<'PREVIEW'
            \(String(decoding: body, as: UTF8.self))
            PREVIEW
            """
    }

    /// The resource that comes nearest to it.
    var manifest: String {
        let services = plan.services.map { "    - \(Self.quoted($0.application))" }.joined(separator: "\n")
        return """
            apiVersion: preview.previewd.io/v1alpha1
            kind: PreviewEnvironment
            metadata:
              name: \(Self.quoted(resourceName))
            spec:
              repository: \(Self.quoted(repository ?? "OWNER/REPOSITORY"))
              prNumber: 1
              headSHA: \(Self.quoted(commit ?? Self.unknownCommit))
              ttl: \(Int(plan.ttlHours))h
              services:
            \(services)
            """
    }

    /// What the resource can't say.
    var notes: [String] {
        var notes = ["Fill in the pull request: a resource names one, and its repository and commit."]
        if commit == nil, !plan.services.isEmpty {
            let versions = plan.services.map { "\($0.name) \($0.targetVersion)" }.joined(separator: ", ")
            notes.append("Versions (\(versions)): a resource has one for all services, made of its commit.")
        }
        if plan.services.contains(where: { $0.replicas != 1 || $0.resources != .init() || $0.autoscaling.enabled }) {
            notes.append("Replicas, CPU, memory and autoscaling: a resource's services have the usual ones.")
        }
        let typed = plan.services.flatMap(\.variables).filter { $0.kind == .userOverride }.count
        if typed > 0 { notes.append(typed == 1 ? "The typed variable." : "The \(typed) typed variables.") }
        if plan.services.contains(where: { $0.externalHost == nil }) {
            notes.append("Services without an address outside: those of a resource all have one.")
        }
        return notes
    }

    private var applications: [Application] {
        plan.services.compactMap { service in
            ApplicationReference(service.application).flatMap { catalogue.application($0, on: plan.cluster) }
        }
    }

    /// The repository that the applications say they are built from, else what their image's path says.
    private var repository: String? {
        if let named = applications.flatMap(\.repositories).first { return named }
        let path = applications.first.map { ImageReference($0.image).path.split(separator: "/") } ?? []
        return path.count >= 2 ? path.prefix(2).joined(separator: "/") : nil
    }

    /// The commit, where every version is the same whole one.
    private var commit: String? {
        let versions = Set(plan.services.map(\.targetVersion))
        guard versions.count == 1, let version = versions.first, version.wholeMatch(of: /[0-9a-f]{40}/) != nil else {
            return nil
        }
        return version
    }

    private var resourceName: String {
        let name = plan.name.lowercased().replacing(/[^a-z0-9]+/, with: "-")
        let trimmed = name.trimmingCharacters(in: .init(charactersIn: "-"))
        return trimmed.isEmpty ? "preview" : DNSLabel.shortened(trimmed)
    }

    /// Text as YAML reads it whatever is in it: JSON.
    private static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).serializedBytes(), as: UTF8.self)
    }
}
