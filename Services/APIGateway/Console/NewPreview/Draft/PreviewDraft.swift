import Foundation
import PreviewDomain

/// A preview that a person is putting together: everything as it was typed, also what is wrong.
///
/// A secret is sealed before it gets in here.
struct PreviewDraft: Codable, Sendable, Hashable {
    /// The id that the preview is to have, so that its hosts are known before it is there.
    var id = PreviewID.random()
    /// The name as typed; `nil` until something was.
    var name: String?
    var ttlHours: String
    /// The services in the order in which they were chosen; the first external one is the primary.
    var services: [Service] = []
    /// The steps that the person went on from or had checked.
    var visited: Set<WizardStep> = []
    /// How often what is typed at each step was changed.
    var revisions: [WizardStep: Int] = [:]

    /// An application that was chosen, and how it is to run.
    struct Service: Codable, Sendable, Hashable {
        var cluster: String
        /// `namespace/name`.
        var application: String
        /// Whether it is part of the preview. What was typed for one that is taken out comes back with it.
        var isChosen = true
        var targetVersion = ""
        var replicas = ""
        var cpuRequest = ""
        var cpuLimit = ""
        var memoryRequest = ""
        var memoryLimit = ""
        var isAutoscaled = false
        var minReplicas = ""
        var maxReplicas = ""
        var targetCPUPercent = ""
        var isExternal = false
        var variables: [Variable] = []

        /// Names it in forms.
        var key: String { "\(cluster)|\(application)" }
        /// Its name without the namespace.
        var name: String { application.split(separator: "/").last.map(String.init) ?? application }

        /// What is known of the application, where it still runs.
        func application(in catalogue: Catalogue) -> Application? {
            ApplicationReference(application).flatMap { catalogue.application($0, on: cluster) }
        }
    }

    /// A variable that was typed.
    struct Variable: Codable, Sendable, Hashable {
        /// Names it in forms.
        var id: String
        var name: String
        var value: TypedValue

        /// Whether it is a secret that is kept.
        var isSealed: Bool { value.shown == nil && !isLost }
        /// Whether it is a secret that could not be sealed when it was typed, and so was not kept.
        var isLost: Bool { value == .sealed("") }
    }

    /// The services that are part of the preview.
    var chosen: [Service] { services.filter(\.isChosen) }
    /// The cluster of the preview: that of the service chosen first.
    var cluster: String? { chosen.first?.cluster }

    /// Tells whether a page of the step is outdated; the review shows all steps.
    func revision(of step: WizardStep) -> Int {
        step == .review ? revisions.values.reduce(0, +) : revisions[step] ?? 0
    }

    /// Whether the same is typed in both. A secret that is sealed again is the same, though its text is another one.
    func saysTheSame(as other: PreviewDraft) -> Bool {
        func comparable(_ draft: PreviewDraft) -> PreviewDraft {
            var draft = draft
            for service in draft.services.indices {
                for variable in draft.services[service].variables.indices
                where draft.services[service].variables[variable].isSealed {
                    draft.services[service].variables[variable].value = .sealed("sealed")
                }
            }
            return draft
        }
        return comparable(self) == comparable(other)
    }

    /// Changes a service.
    mutating func change(_ key: String, _ body: (inout Service) -> Void) {
        guard let index = services.firstIndex(where: { $0.key == key }) else { return }
        body(&services[index])
    }

    /// What a list calls it; where the name was taken out, the one that it began with.
    var listedName: String {
        guard let name, !name.allSatisfy(\.isWhitespace) else { return suggestedName }
        return name
    }

    /// What the preview is called where nobody types a name.
    var suggestedName: String {
        let names = chosen.prefix(3).map { service in
            service.targetVersion.isEmpty ? service.name : "\(service.name) \(service.targetVersion)"
        }
        let more = chosen.count > 3 ? " and \(chosen.count - 3) more" : ""
        return String((names.joined(separator: ", ") + more).prefix(100))
    }
}
