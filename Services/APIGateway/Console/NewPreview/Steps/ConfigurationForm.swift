import Foundation
import PreviewDomain

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
