import PreviewDomain

extension Preview {
    /// What differs from how it was. Of variables only the names are told.
    func changes(from before: Preview) -> [AuditEntry.Change] {
        var changes = AuditChanges()
        changes.note("expiresAt", JSONCoding.format(before.expiresAt), JSONCoding.format(expiresAt))
        for service in services {
            guard let old = before.service(named: service.name) else {
                changes.note("services", nil, service.name)
                continue
            }
            let path = "services.\(service.name)"
            changes.note("\(path).targetVersion", old.targetVersion, service.targetVersion)
            changes.note("\(path).replicas", "\(old.replicas)", "\(service.replicas)")
            changes.note("\(path).externalDNS", "\(old.externalDNS)", "\(service.externalDNS)")
            changes.note("\(path).resources", old.resources.summary, service.resources.summary)
            changes.note("\(path).autoscaling", old.autoscaling.summary, service.autoscaling.summary)
            let names = Set(service.variables.keys).union(old.variables.keys).sorted()
            for name in names where service.variables[name] != old.variables[name] {
                changes.note(
                    "\(path).variables.\(name)", old.variables[name].map { _ in "set" },
                    service.variables[name].map { _ in "set anew" })
            }
        }
        return changes.all
    }
}

/// Gathers what differs.
struct AuditChanges {
    private(set) var all: [AuditEntry.Change] = []

    mutating func note(_ field: String, _ before: String?, _ after: String?) {
        if before != after { all.append(.init(field: field, before: before, after: after)) }
    }
}

extension ResourceSettings {
    /// Requests and limits in one line.
    fileprivate var summary: String { "cpu \(cpuRequest)/\(cpuLimit), memory \(memoryRequest)/\(memoryLimit)" }
}

extension AutoscalingSettings {
    /// The settings in one line.
    fileprivate var summary: String {
        enabled ? "\(minReplicas) to \(maxReplicas) at \(targetCPUPercent) % CPU" : "off"
    }
}
