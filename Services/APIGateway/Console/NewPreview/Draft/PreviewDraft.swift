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
    /// The steps that the person went on from.
    var visited: Set<WizardStep> = []

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
    }

    /// A variable that was typed.
    struct Variable: Codable, Sendable, Hashable {
        /// Names it in forms.
        var id: String
        var name: String
        var value: TypedValue

        /// Whether it is a secret that could not be sealed when it was typed, and so was not kept.
        var isLost: Bool { value == .sealed("") }
    }

    /// The services that are part of the preview.
    var chosen: [Service] { services.filter(\.isChosen) }
    /// The cluster of the preview: that of the service chosen first.
    var cluster: String? { chosen.first?.cluster }

    /// Changes a service.
    mutating func change(_ key: String, _ body: (inout Service) -> Void) {
        guard let index = services.firstIndex(where: { $0.key == key }) else { return }
        body(&services[index])
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
