import Foundation
import KubernetesClient
import PreviewDomain

/// Changes a preview's time to live, and its services' settings and versions.
struct PreviewUpdate: Sendable {
    let store: PreviewStore
    let catalogue: CatalogueStore
    let validation: PreviewOrderValidation

    /// What a body asks to be changed.
    struct Change: Sendable {
        /// What is asked of one service; what is left out stays as it is.
        struct Service: Sendable {
            var name: String
            var targetVersion: String?
            var settings: ServiceSettingsReading
        }

        var ttlHours: Int?
        var services: [Service]
        /// The generation that was looked at; the change is refused where the preview has another one by now.
        var generation: Int?

        init(ttlHours: Int? = nil, services: [Service] = [], generation: Int? = nil) {
            self.ttlHours = ttlHours
            self.services = services
            self.generation = generation
        }

        init(reading reader: inout ObjectReader, limits: PreviewLimits, seal: (String) -> TypedValue) {
            let hours = "a whole number of hours from \(limits.hours.lowerBound) to \(limits.hours.upperBound)"
            let ttlHours = reader.integer("ttlHours", expected: hours)
            let services = reader.list("services") { reader in
                Service(
                    name: reader.string("name") ?? "", targetVersion: reader.string("targetVersion"),
                    settings: ServiceSettingsReading(reading: &reader, withdraws: true, seal: seal))
            }
            self.init(ttlHours: ttlHours, services: services ?? [], generation: reader.integer("generation"))
        }
    }

    /// Reads what a body asks of a preview on a cluster, and what is wrong with it.
    ///
    /// - Throws: ``Problem`` where a secret's value can't be sealed.
    func reading(
        _ members: [String: JSONValue], for cluster: String
    ) throws(Problem) -> (change: Change, problems: [FieldProblem]) {
        let sealing = VariableSealing(catalogue: catalogue.current)
        var reader = ObjectReader(members)
        let change = Change(reading: &reader, limits: validation.limits) { sealing.value($0, for: cluster) }
        reader.rejectUnknownMembers()
        if reader.problems.isEmpty, !sealing.unsealableClusters.isEmpty { throw .noSealingKey(cluster: cluster) }
        return (change, reader.problems)
    }

    /// Changes the preview.
    ///
    /// - Throws: ``Problem`` naming every field that is wrong, or `TransitionRefusal`; then nothing is stored.
    func perform(
        _ change: Change, problems: [FieldProblem], on id: PreviewID, by principal: Principal, cause: Cause
    ) async throws {
        let (now, policy) = (store.now(), store.coordinator.policy)
        let changed = try await store.change(id, organization: principal.organization, cause: cause) {
            snapshot, _, database in
            try snapshot.require(generation: change.generation)
            let (services, serviceProblems) = services(change, of: snapshot.preview)
            let (ttl, ttlProblems) = ttl(change, of: snapshot.preview, now: now)
            let all = problems.joined(with: serviceProblems + ttlProblems)
            guard all.isEmpty else { throw Problem.invalid(all) }
            let before = snapshot.preview
            guard try snapshot.update(services: services, ttl: ttl, now: now, policy: policy) else { return }
            try AuditTable.append(
                AuditEntry(
                    "preview.update", target: id.rawValue, organization: principal.organization,
                    changes: snapshot.preview.changes(from: before), cause: cause, at: now),
                in: database)
        }
        guard changed != nil else { throw Problem.noPreview(id.rawValue) }
    }

    private func ttl(
        _ change: Change, of preview: Preview, now: Date
    ) -> (TimeInterval?, [FieldProblem]) {
        guard let hours = change.ttlHours else { return (nil, []) }
        let (ttl, problems) = validation.ttl(of: .hours(hours))
        guard problems.isEmpty else { return (nil, problems) }
        guard preview.createdAt.addingTimeInterval(ttl) > now else {
            let message = "\(hours) hours from its creation are over already; choose more."
            return (nil, [.init("ttlHours", .outOfRange, message)])
        }
        return (ttl, [])
    }

    /// The services as they are to be.
    private func services(
        _ change: Change, of preview: Preview
    ) -> ([ServiceSpecification], [FieldProblem]) {
        var services: [ServiceSpecification] = []
        var problems: [FieldProblem] = []
        for (index, asked) in change.services.enumerated() {
            let path = "services[\(index)]"
            guard var service = preview.service(named: asked.name) else {
                let known = preview.services.map(\.name).joined(separator: ", ")
                let code: FieldProblem.Code = asked.name.isEmpty ? .required : .unknownService
                problems.append(.init("\(path).name", code, "Name a service of the preview: \(known)."))
                continue
            }
            if services.contains(where: { $0.name == asked.name }) {
                problems.append(.init("\(path).name", .duplicate, "\(asked.name) is named twice; name it once."))
                continue
            }
            if asked.settings.externalDNS == false, service.externalDNS {
                let message = "An address is removed with its preview only; leave externalDNS as it is."
                problems.append(.init("\(path).externalDNS", .unsupported, message))
            }
            service.targetVersion = asked.targetVersion ?? service.targetVersion
            service.replicas = asked.settings.replicas ?? service.replicas
            service.resources = asked.settings.resources(over: service.resources) ?? service.resources
            service.autoscaling = asked.settings.autoscaling(over: service.autoscaling) ?? service.autoscaling
            service.externalDNS = asked.settings.externalDNS ?? service.externalDNS
            service.variables.merge(asked.settings.variables ?? [:]) { _, new in new }
            for name in asked.settings.withdrawnVariables { service.variables[name] = nil }
            problems += ServiceSettingsValidation(limits: validation.limits, path: path).problems(of: service)
            services.append(service)
        }
        let all = preview.services.map { known in services.first { $0.name == known.name } ?? known }
        problems += validation.quota.excess(services: all, databases: preview.databases.count)
        return (services, problems)
    }
}
