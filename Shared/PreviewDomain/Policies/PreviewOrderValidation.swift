public import Foundation

/// Checks an order against the catalogue and the limits, and makes of it what a preview is created from.
public struct PreviewOrderValidation: Sendable {
    /// What the order comes to, as far as it can be understood, and everything that is wrong with it.
    public struct Review: Sendable, Hashable {
        /// What people are to know the preview as, without white space around it.
        public var name: String
        /// The name of the cluster that it is to live on.
        public var cluster: String
        /// Seconds from creation.
        public var ttl: TimeInterval
        /// The services that can be understood.
        public var services: [ServiceSpecification]
        /// The databases that they need clones of.
        public var databases: [PreviewDatabase]
        /// Empty where the preview may be created, quota of the organization aside.
        public var problems: [FieldProblem]
    }

    /// What a single preview may ask for.
    public let limits: PreviewLimits
    /// What an organization and a preview's namespace may have.
    public let quota: QuotaPolicy

    /// Creates a validation.
    public init(limits: PreviewLimits = .init(), quota: QuotaPolicy = .init()) {
        self.limits = limits
        self.quota = quota
    }

    /// Checks everything; every problem is reported, not only the first.
    public func review(_ order: PreviewOrder, catalogue: Catalogue) -> Review {
        var problems = nameProblems(order.name)
        let (ttl, lifetimeProblems) = ttl(of: order.lifetime)
        problems += lifetimeProblems
        let isKnownCluster = catalogue.clusters[order.cluster] != nil
        if !isKnownCluster { problems.append(unknownCluster(order.cluster, catalogue: catalogue)) }
        if order.services.isEmpty {
            problems.append(.init("services", .required, "A preview has at least one service; name an application."))
        }
        if order.services.count > limits.services {
            problems.append(
                .init("services", .tooLong, "A preview has at most \(limits.services) services; leave some out."))
        }
        var services: [ServiceSpecification] = []
        var sources: [DatabaseReference] = []
        for (index, service) in order.services.enumerated() {
            let path = "services[\(index)]"
            let settings = ServiceSettingsValidation(limits: limits, path: path)
            problems += settings.problems(of: service)
            let (application, applicationProblems) = application(
                of: service, cluster: order.cluster, isKnownCluster: isKnownCluster, path: path, catalogue: catalogue)
            problems += applicationProblems
            guard let application else { continue }
            if let twin = services.first(where: { $0.name == application.name }) {
                problems.append(twinProblem(application, twin: twin, path: path))
                continue
            }
            services.append(specification(of: service, application: application))
            sources += application.databases
        }
        let databases = PreviewDatabase.clones(of: sources)
        for index in services.indices {
            let application = catalogue.application(services[index].application, on: order.cluster)
            let wanted = Set(application?.databases ?? [])
            services[index].databases = databases.filter { wanted.contains($0.source) }.map(\.name)
        }
        problems += quota.excess(services: services, databases: databases.count)
        return Review(
            name: order.name.trimmingCharacters(in: .whitespacesAndNewlines), cluster: order.cluster, ttl: ttl,
            services: services, databases: databases, problems: problems)
    }

    /// The time to live that is asked for, in seconds, and what is wrong with it.
    public func ttl(of lifetime: PreviewOrder.Lifetime?) -> (TimeInterval, [FieldProblem]) {
        let (low, high) = (limits.hours.lowerBound, limits.hours.upperBound)
        switch lifetime ?? .hours(limits.defaultHours) {
        case .hours(let hours):
            let message = "The time to live is \(hours) hours; it has to be a whole number from \(low) to \(high)."
            let isAllowed = limits.hours.contains(hours)
            return (
                TimeInterval(isAllowed ? hours : limits.defaultHours) * limits.secondsPerHour,
                isAllowed ? [] : [.init("ttlHours", .outOfRange, message)]
            )
        case .seconds(let seconds):
            let isAllowed = (1...high * 3600).contains(seconds)
            let message = "The time to live is \(seconds) seconds; it has to be from 1 to \(high * 3600)."
            return (
                TimeInterval(isAllowed ? seconds : limits.defaultHours * 3600),
                isAllowed ? [] : [.init("ttlSeconds", .outOfRange, message)]
            )
        }
    }

    private func nameProblems(_ name: String) -> [FieldProblem] {
        let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty { return [.init("name", .required, "A preview needs a name; say what is tried in it.")] }
        // What is one character to a reader may be thousands of marks on top of each other.
        if name.count > limits.nameLength || name.utf8.count > limits.nameLength * 10 {
            return [
                .init(
                    "name", .tooLong,
                    "The name has \(name.count) characters; it may have at most \(limits.nameLength).")
            ]
        }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return [.init("name", .invalid, "The name contains control characters; leave them out.")]
        }
        return []
    }

    private func unknownCluster(_ name: String, catalogue: Catalogue) -> FieldProblem {
        if name.isEmpty { return .init("cluster", .required, "Name the cluster whose applications are previewed.") }
        let known = catalogue.clusters.keys.sorted()
        let remedy =
            known.isEmpty
            ? "no cluster has been reported yet; check that the provisioner runs."
            : "known clusters: \(known.joined(separator: ", "))."
        return .init("cluster", .unknownCluster, "There is no cluster \(name); \(remedy)")
    }

    private func application(
        of service: ServiceOrder, cluster: String, isKnownCluster: Bool, path: String, catalogue: Catalogue
    ) -> (Application?, [FieldProblem]) {
        let field = "\(path).application"
        if let other = service.cluster, other != cluster {
            let message =
                "It is on cluster \(other), the preview on \(cluster); all services of a preview are on one cluster."
            return (nil, [.init("\(path).cluster", .differentCluster, message)])
        }
        guard let reference = ApplicationReference(service.application) else {
            return (nil, [.init(field, .invalid, "\(quoted(service.application)) is not of the form namespace/name.")])
        }
        guard isKnownCluster else { return (nil, []) }
        guard let application = catalogue.application(reference, on: cluster) else {
            let others = catalogue.clusters(running: reference)
            if !others.isEmpty {
                let message =
                    "\(reference) runs on \(others.joined(separator: ", ")), not on \(cluster); "
                    + "all services of a preview are on one cluster."
                return (nil, [.init(field, .differentCluster, message)])
            }
            if let known = catalogue.clusters[cluster], known.applications.isEmpty,
                known.reachability?.status == .unreachable
            {
                let message =
                    "The cluster \(cluster) has never been read and cannot be reached now, so its applications are "
                    + "not known; try again when it is back."
                return (nil, [.init(field, .clusterUnreachable, message)])
            }
            let message =
                "No application \(reference) runs on \(cluster); GET /api/v1/applications?cluster=\(cluster) lists them."
            return (nil, [.init(field, .unknownApplication, message)])
        }
        guard let problem = application.problem else { return (application, []) }
        return (nil, [.init(field, .notPreviewable, "\(reference) can't be previewed: \(problem)")])
    }

    private func twinProblem(_ application: Application, twin: ServiceSpecification, path: String) -> FieldProblem {
        let message =
            twin.application == application.reference
            ? "\(application.reference) is in the preview already; name it once."
            : "\(twin.application) is in the preview already and has the same name; leave out one of them."
        return .init("\(path).application", .duplicate, message)
    }

    private func specification(of order: ServiceOrder, application: Application) -> ServiceSpecification {
        ServiceSpecification(
            name: application.name, application: application.reference, sourceVersion: application.currentVersion,
            targetVersion: order.targetVersion, replicas: order.replicas ?? 1, resources: order.resources ?? .init(),
            autoscaling: order.autoscaling ?? .init(), externalDNS: order.externalDNS ?? false,
            variables: order.variables ?? [:])
    }
}

/// A text as it stands in a message: in quotation marks, and not longer than a person reads.
func quoted(_ text: String) -> String {
    // Counted in scalars: a single character may have thousands of them.
    let scalars = text.unicodeScalars
    return scalars.count > 60 ? "\"\(String(scalars.prefix(60)))…\"" : "\"\(text)\""
}
