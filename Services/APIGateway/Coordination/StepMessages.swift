import PreviewDomain

extension PreviewSnapshot {
    /// The messages that ask for the steps: one for each, and a single one for all parts of a cleanup.
    func requests(for steps: [Step], status: PreviewStatus) -> [any MessagePayload] {
        var payloads: [any MessagePayload] = []
        for step in steps {
            if case .cleanup = step.part {
                guard !payloads.contains(where: { $0 is CleanupRequested }) else { continue }
                payloads.append(CleanupRequested(preview: preview.reference, reason: status))
            } else if let payload = request(for: step.part) {
                payloads.append(payload)
            }
        }
        return payloads
    }

    private func request(for part: Part) -> (any MessagePayload)? {
        let reference = preview.reference
        switch part {
        case .namespace:
            return NamespaceRequested(preview: reference, expiresAt: preview.expiresAt)
        case .database(let name):
            guard let database = preview.databases.first(where: { $0.name == name }) else { return nil }
            return DatabaseRequested(preview: reference, database: database)
        case .service(let name):
            guard let service = preview.service(named: name) else { return nil }
            return ServiceRequested(
                preview: reference, service: service, databases: bindings(of: service),
                siblings: Dictionary(preview.services.map { ($0.name, $0.application) }) { first, _ in first })
        case .address(let name):
            return AddressRequested(
                preview: reference, service: name, isPrimary: preview.primaryService?.name == name)
        case .promotion(let name):
            guard let service = preview.service(named: name), let approval = preview.approvals[name] else { return nil }
            return PromotionRequested(
                preview: reference, service: name, application: service.application,
                sourceVersion: service.sourceVersion, targetVersion: service.targetVersion, approval: approval,
                attempt: preview.promotionAttempt(of: name))
        case .cleanup:
            return nil
        }
    }

    /// The clones that a service's variables are to lead to, as their workers reported them.
    private func bindings(of service: ServiceSpecification) -> [DatabaseBinding] {
        preview.databases.filter { service.databases.contains($0.name) }.compactMap { database in
            guard case .database(let detail) = facts[.database(database.name)]?.detail else { return nil }
            return DatabaseBinding(database: database, clone: detail)
        }
    }
}
