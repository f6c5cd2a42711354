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

    struct Switch: Sendable {
        let id: String
        let name: String
        let isOn: Bool
    }
}

extension NewPreviewPages {
    func configuration(_ opened: Opened) async throws -> ConfigurationContent {
        let (review, limits) = (opened.review, validation.limits)
        let draft = review.draft
        let applications = draft.chosen.map { $0.application(in: opened.catalogue) }
        let repositories = Set(applications.compactMap { $0.map { ImageReference($0.image).repository } })
        let (versions, active) = try await gateway.store.database.read { [organization = opened.organization] in
            (
                try VersionTable.versions(of: repositories, for: organization, in: $0),
                try PreviewStore.activeCount(of: organization, in: $0)
            )
        }
        let services = zip(draft.chosen, applications).enumerated().map { index, chosen in
            ServiceFields(service: chosen.0, index: index, application: chosen.1, review: review).part(versions)
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
            ], services: services, meters: QuotaMeter.all(review, validation.quota, active: active))
    }
}

/// Makes a service's part of the form.
private struct ServiceFields {
    let service: PreviewDraft.Service
    let index: Int
    let application: Application?
    let review: DraftReview

    /// - Parameter versions: those known of each image, by its repository.
    func part(_ versions: [String: [ImageVersion]]) -> ConfigurationContent.ServicePart {
        let list = "s\(index)-versions"
        let repository = application.map { ImageReference($0.image).repository }
        let hint = application.map { "Production runs \($0.currentVersion)." } ?? "The image's tag."
        return .init(
            id: "s\(index)", key: service.key, name: service.name, application: service.application, image: repository,
            current: application?.currentVersion,
            target: field(
                "targetVersion", "Target version (image tag)", service.targetVersion, hint: hint, list: list,
                isRequired: true),
            versions: VersionChoices(
                repository.flatMap { versions[$0] } ?? [], id: list,
                into: FieldID.member("targetVersion", service: index)),
            replicas: field(
                "replicas", "Replicas", service.replicas, hint: "1 where nothing is typed.", placeholder: "1",
                mode: "numeric"),
            resources: resources,
            autoscaler: .init(
                id: FieldID.member("autoscaling", service: index), name: "autoscaling|\(service.key)",
                isOn: service.isAutoscaled),
            autoscaling: autoscaling)
    }

    private var resources: [InputField] {
        let usual = ResourceSettings()
        func amount(_ member: String, _ label: String, _ value: String, _ usual: String, _ hint: String) -> InputField {
            field(member, label, value, path: "resources.\(member)", hint: hint, placeholder: usual)
        }
        return [
            amount("cpuRequest", "CPU request", service.cpuRequest, usual.cpuRequest, "Cores: 100m is a tenth."),
            amount("cpuLimit", "CPU limit", service.cpuLimit, usual.cpuLimit, "Not below the request."),
            amount(
                "memoryRequest", "Memory request", service.memoryRequest, usual.memoryRequest, "Bytes: 128Mi, 1Gi."),
            amount("memoryLimit", "Memory limit", service.memoryLimit, usual.memoryLimit, "Not below the request."),
        ]
    }

    private var autoscaling: [InputField] {
        let usual = AutoscalingSettings()
        func number(_ member: String, _ label: String, _ value: String, _ usual: Int) -> InputField {
            field(member, label, value, path: "autoscaling.\(member)", placeholder: "\(usual)", mode: "numeric")
        }
        return [
            number("minReplicas", "Least replicas", service.minReplicas, usual.minReplicas),
            number("maxReplicas", "Most replicas", service.maxReplicas, usual.maxReplicas),
            number(
                "targetCPUPercent", "CPU use aimed at, in % of the request", service.targetCPUPercent,
                usual.targetCPUPercent),
        ]
    }

    private func field(
        _ member: String, _ label: String, _ value: String, path: String? = nil, hint: String? = nil,
        placeholder: String? = nil, list: String? = nil, mode: String? = nil, isRequired: Bool = false
    ) -> InputField {
        InputField(
            FieldID.member(member, service: index), name: "\(member)|\(service.key)", label: label, value: value,
            hint: hint, problem: review.message("services[\(index)].\(path ?? member)"), placeholder: placeholder,
            list: list, mode: mode, isRequired: isRequired)
    }
}
