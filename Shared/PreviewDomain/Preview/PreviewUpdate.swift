public import Foundation

extension PreviewSnapshot {
    /// Changes services or the time to live.
    ///
    /// A changed service raises the preview's generation, and its approval is withdrawn; what is the same as before
    /// changes nothing. A service of whose promotion something is known already gets another attempt.
    ///
    /// - Parameters:
    ///   - services: the services as they are to be, by name; others stay as they are.
    ///   - ttl: the new time to live in seconds from the creation.
    /// - Returns: whether anything changed.
    /// - Throws: ``TransitionRefusal`` where the preview has ended, or while production is being changed.
    @discardableResult
    public mutating func update(
        services: [ServiceSpecification] = [], ttl: TimeInterval? = nil, now: Date, policy: PreviewPolicy
    ) throws(TransitionRefusal) -> Bool {
        let status = status(now: now, policy: policy)
        guard status.isActive else { throw .ended(status) }
        let changed = services.filter { service in
            guard var known = preview.service(named: service.name) else { return true }
            known.generation = service.generation
            return known != service
        }
        if let unknown = changed.first(where: { preview.service(named: $0.name) == nil }) {
            throw .unknownService(unknown.name)
        }
        if !changed.isEmpty, let service = runningPromotion(now: now, policy: policy) {
            throw .promotionRunning(service: service)
        }
        let isLonger = ttl.map { $0 != preview.ttl } ?? false
        if let ttl { preview.ttl = ttl }
        guard !changed.isEmpty else { return isLonger }
        preview.generation += 1
        for service in changed { replace(service) }
        return true
    }

    private mutating func replace(_ service: ServiceSpecification, keepingApproval: Bool = false) {
        guard let index = preview.services.firstIndex(where: { $0.name == service.name }) else { return }
        var service = service
        let part = Part.promotion(service.name)
        if let promotion = current(part) {
            let attempt = preview.promotionAttempt(of: service.name)
            preview.promotionAttempts[service.name] = PromotionAttempt(number: attempt.number + 1)
            // What was promoted is what production runs now.
            if promotion.state == .ready { service.sourceVersion = preview.services[index].targetVersion }
        }
        service.generation = preview.generation
        preview.services[index] = service
        if !keepingApproval { preview.approvals[service.name] = nil }
        for part in [part, .service(service.name), .address(service.name)] {
            requests[part] = nil
            firstRequests[part] = nil
        }
    }
}

extension PreviewSnapshot {
    /// What a newer wish changes, beside the services that it changes.
    public struct Addition: Sendable, Hashable {
        /// Services that the preview did not have.
        public var services: [ServiceSpecification]
        /// Their databases, where the preview did not have those.
        public var databases: [PreviewDatabase]

        /// Creates an addition.
        public init(services: [ServiceSpecification] = [], databases: [PreviewDatabase] = []) {
            self.services = services
            self.databases = databases
        }
    }

    /// Adds services, with the databases that they need.
    ///
    /// The services that were there are deployed anew as well, since their variables may lead to the new ones.
    ///
    /// - Returns: whether anything was added.
    /// - Throws: ``TransitionRefusal`` where the preview has ended, or while production is being changed.
    @discardableResult
    public mutating func add(
        _ addition: Addition, now: Date, policy: PreviewPolicy
    ) throws(TransitionRefusal) -> Bool {
        let new = addition.services.filter { preview.service(named: $0.name) == nil }
        guard !new.isEmpty else { return false }
        let status = status(now: now, policy: policy)
        guard status.isActive else { throw .ended(status) }
        if let service = runningPromotion(now: now, policy: policy) { throw .promotionRunning(service: service) }
        preview.generation += 1
        for service in preview.services { replace(service, keepingApproval: true) }
        for database in addition.databases where !preview.databases.contains(where: { $0.name == database.name }) {
            preview.databases.append(database)
        }
        for service in new {
            var service = service
            service.generation = preview.generation
            preview.services.append(service)
        }
        return true
    }
}
