import Foundation
import Persistence
import PreviewDomain

/// The second step: name, time to live, and how each service runs.
struct ConfigurationContent: Sendable {
    let general: [InputField]
    let services: [ServicePart]
    let meters: [QuotaMeter]

    struct ServicePart: Sendable {
        let id: String
        let key: String
        let name: String
        let application: String
        let image: String?
        let current: String?
        let target: InputField
        let versions: VersionChoices
        let replicas: InputField
        let resources: [InputField]
        let autoscaler: Switch
        let autoscaling: [InputField]
    }

    /// The versions known of an image.
    struct VersionChoices: Sendable {
        let id: String
        /// The id of the field that takes one of them.
        let input: String
        let all: [Choice]
        let count: Int

        struct Choice: Sendable {
            let version: String
            let seen: String
            let last: Moment
        }
    }

    struct Switch: Sendable {
        let id: String
        let name: String
        let isOn: Bool
    }
}

/// What of a quota is used.
struct QuotaMeter: Sendable {
    let label: String
    let used: Int
    let limit: Int
    let said: String
    let isExceeded: Bool

    /// Of CPU or memory.
    init(_ label: String, used: Quantity, limit: Quantity, text: (Quantity) -> String) {
        self.label = label
        self.used = Int(clamping: used.nanos / 1_000_000)
        self.limit = Int(clamping: limit.nanos / 1_000_000)
        isExceeded = used > limit
        let rest = isExceeded ? "too much" : "\(text(Quantity(nanos: limit.nanos - used.nanos))) left"
        said = "\(text(used)) of \(text(limit)), \(rest)"
    }

    /// Of active previews.
    init(active: Int, limit: Int) {
        label = "Active previews of your organization"
        used = active
        self.limit = limit
        isExceeded = active >= limit
        said = "\(active) of \(limit), \(max(0, limit - active)) left"
    }
}

extension NewPreviewPages {
    func configuration(_ opened: Opened) async throws -> ConfigurationContent {
        let (review, limits) = (opened.review, validation.limits)
        let draft = review.draft
        var parts: [ConfigurationContent.ServicePart] = []
        for (index, service) in draft.chosen.enumerated() {
            let application = ApplicationReference(service.application).flatMap {
                opened.catalogue.application($0, on: service.cluster)
            }
            let repository = application.map { ImageReference($0.image).repository }
            let versions = try await gateway.store.database.read { [organization = opened.organization] database in
                try repository.map { try VersionTable.versions(of: $0, for: organization, in: database) } ?? []
            }
            parts.append(part(service, at: index, application: application, versions: versions, review: review))
        }
        let hours = "Whole hours from \(limits.hours.lowerBound) to \(limits.hours.upperBound); then it is cleaned up."
        return ConfigurationContent(
            general: [
                InputField(
                    "name", name: "name", label: "Name", value: draft.name ?? draft.suggestedName,
                    hint: "What is tried in it, for those who look at the list.", problem: review.message("name"),
                    isRequired: true),
                InputField(
                    "ttlHours", name: "ttlHours", label: "Time to live, in hours", value: draft.ttlHours, hint: hours,
                    problem: review.message("ttlHours"), placeholder: "\(limits.defaultHours)", mode: "numeric"),
            ], services: parts, meters: try await meters(review, organization: opened.organization))
    }

    /// What the preview takes of what it may have, and the organization's previews.
    func meters(_ review: DraftReview, organization: OrganizationName) async throws -> [QuotaMeter] {
        let (quota, specification) = (validation.quota, review.specification)
        let total = ResourceTotal(
            services: specification.services, databases: specification.databases.count,
            eachDatabase: quota.eachDatabase, atMost: true)
        let active = try await gateway.store.database.read { try PreviewStore.activeCount(of: organization, in: $0) }
        return [
            QuotaMeter("CPU of this preview, in cores", used: total.cpu, limit: quota.namespace.cpu, text: \.cpuText),
            QuotaMeter("Memory of this preview", used: total.memory, limit: quota.namespace.memory, text: \.memoryText),
            QuotaMeter(active: active, limit: quota.activePreviews),
        ]
    }

    private func part(
        _ service: PreviewDraft.Service, at index: Int, application: Application?, versions: [ImageVersion],
        review: DraftReview
    ) -> ConfigurationContent.ServicePart {
        let (resources, scaling) = (ResourceSettings(), AutoscalingSettings())
        func field(
            _ member: String, _ label: String, _ value: String, path: String? = nil, hint: String? = nil,
            placeholder: String? = nil, list: String? = nil, mode: String? = nil, isRequired: Bool = false
        ) -> InputField {
            InputField(
                FieldID.member(member, service: index), name: "\(member)|\(service.key)", label: label, value: value,
                hint: hint, problem: review.message("services[\(index)].\(path ?? member)"), placeholder: placeholder,
                list: list, mode: mode, isRequired: isRequired)
        }
        func amount(_ member: String, _ label: String, _ value: String, _ usual: String, _ hint: String) -> InputField {
            field(member, label, value, path: "resources.\(member)", hint: hint, placeholder: usual)
        }
        func scale(_ member: String, _ label: String, _ value: String, _ usual: Int) -> InputField {
            field(member, label, value, path: "autoscaling.\(member)", placeholder: "\(usual)", mode: "numeric")
        }
        let list = "s\(index)-versions"
        let hint = application.map { "Production runs \($0.currentVersion)." } ?? "The image's tag."
        return .init(
            id: "s\(index)", key: service.key, name: service.name, application: service.application,
            image: application.map { ImageReference($0.image).repository }, current: application?.currentVersion,
            target: field(
                "targetVersion", "Target version (image tag)", service.targetVersion, hint: hint, list: list,
                isRequired: true),
            versions: .init(
                id: list, input: FieldID.member("targetVersion", service: index),
                all: versions.map { version in
                    .init(
                        version: version.version, seen: Self.said(version.places),
                        last: Moment(version.places.first?.lastSeen ?? .distantPast))
                }, count: versions.count),
            replicas: field(
                "replicas", "Replicas", service.replicas, hint: "1 where nothing is typed.", placeholder: "1",
                mode: "numeric"),
            resources: [
                amount(
                    "cpuRequest", "CPU request", service.cpuRequest, resources.cpuRequest, "Cores: 100m is a tenth."),
                amount("cpuLimit", "CPU limit", service.cpuLimit, resources.cpuLimit, "Not below the request."),
                amount(
                    "memoryRequest", "Memory request", service.memoryRequest, resources.memoryRequest,
                    "Bytes: 128Mi, 1Gi."),
                amount(
                    "memoryLimit", "Memory limit", service.memoryLimit, resources.memoryLimit, "Not below the request."),
            ],
            autoscaler: .init(
                id: FieldID.member("autoscaling", service: index), name: "autoscaling|\(service.key)",
                isOn: service.isAutoscaled),
            autoscaling: [
                scale("minReplicas", "Least replicas", service.minReplicas, scaling.minReplicas),
                scale("maxReplicas", "Most replicas", service.maxReplicas, scaling.maxReplicas),
                scale(
                    "targetCPUPercent", "CPU use aimed at, in % of the request", service.targetCPUPercent,
                    scaling.targetCPUPercent),
            ])
    }

    private static func said(_ places: [ImageVersion.Place]) -> String {
        let more = places.count > 3 ? " and \(places.count - 3) more" : ""
        return places.prefix(3).map(\.said).joined(separator: ", ") + more
    }
}

/// The second step's form.
struct ConfigurationForm: Sendable {
    private let form: Form

    init(_ form: Form) { self.form = form }

    func apply(to draft: inout PreviewDraft) {
        if let name = form["name"] { draft.name = name }
        if let hours = form.trimmed("ttlHours") { draft.ttlHours = hours }
        for key in form.all("service") {
            draft.change(key) { service in
                func take(_ member: String, _ path: WritableKeyPath<PreviewDraft.Service, String>) {
                    if let text = form.trimmed("\(member)|\(key)") { service[keyPath: path] = text }
                }
                take("targetVersion", \.targetVersion)
                take("replicas", \.replicas)
                take("cpuRequest", \.cpuRequest)
                take("cpuLimit", \.cpuLimit)
                take("memoryRequest", \.memoryRequest)
                take("memoryLimit", \.memoryLimit)
                take("minReplicas", \.minReplicas)
                take("maxReplicas", \.maxReplicas)
                take("targetCPUPercent", \.targetCPUPercent)
                service.isAutoscaled = form["autoscaling|\(key)"] != nil
            }
        }
    }
}

extension Form {
    /// A field's value without surrounding blanks, or `nil` where the form has no such field.
    func trimmed(_ name: String) -> String? { self[name]?.trimmingCharacters(in: .whitespacesAndNewlines) }
}
