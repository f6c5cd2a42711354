import Foundation
import Hummingbird
import Persistence
import PreviewDomain

/// Shows the clusters, and the applications found on them.
struct CatalogueRoutes: Sendable {
    let catalogue: CatalogueStore
    let database: ServiceDatabase
    let now: @Sendable () -> Date

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("clusters", use: clusters)
        group.get("applications", use: applications)
        group.get("applications/:cluster/:namespace/:name/variables", use: variables)
        group.get("applications/:cluster/:namespace/:name/versions", use: versions)
    }

    private struct ClusterDocument: Encodable {
        var name: String
        /// Whether it can be reached, and since when that is so.
        var status: ClusterStatus
        var since: Date?
        var version: String?
        var applications: Int
        /// When it was last known to answer.
        var lastSeen: Date?
        /// When its applications were last reported.
        var observedAt: Date?
        var problem: String?
        /// Whether secret values can be typed for it.
        var acceptsSecrets: Bool
    }

    private struct ApplicationDocument: Encodable {
        var cluster: String
        var namespace: String
        var name: String
        var currentVersion: String
        var image: String
        var replicas: Int
        var managedBy: ApplicationManager
        var databases: [DatabaseReference]
        var services: [String]
        var problem: String?
    }

    private struct VariableDocument: Encodable {
        var name: String
        var container: String
        var kind: ApplicationVariable.Kind
        var source: ApplicationVariable.Source
        var value: String?
        var reason: String
        var database: DatabaseReference?

        enum CodingKeys: CodingKey { case name, container, kind, source, value, reason, database }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(self.container, forKey: .container)
            try container.encode(kind, forKey: .kind)
            try container.encode(source, forKey: .source)
            // A secret's value is null, not missing: there is one, and it is not told.
            try container.encode(value, forKey: .value)
            try container.encode(reason, forKey: .reason)
            try container.encodeIfPresent(database, forKey: .database)
        }
    }

    private struct VersionDocument: Encodable {
        var version: String
        var firstSeen: Date
        var lastSeen: Date
        var seen: [ImageVersion.Place]
    }

    private struct Items<Item: Encodable>: Encodable {
        var items: [Item]
        var nextCursor: String?
    }

    @Sendable func clusters(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.principal(atLeast: .viewer)
        let now = now()
        let clusters = catalogue.current.clusters.values.sorted { $0.name < $1.name }
        return try .json(
            Items(
                items: clusters.map { document($0, now: now) }))
    }

    private func document(_ cluster: Catalogue.Cluster, now: Date) -> ClusterDocument {
        let status = cluster.status(now: now)
        return ClusterDocument(
            name: cluster.name, status: status, since: status == .unknown ? nil : cluster.reachability?.since,
            version: cluster.version, applications: cluster.applications.count, lastSeen: cluster.lastSeen,
            observedAt: cluster.observedAt == .distantPast ? nil : cluster.observedAt,
            problem: cluster.reachability?.problem ?? cluster.problem, acceptsSecrets: cluster.sealingKey != nil)
    }

    @Sendable func applications(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.principal(atLeast: .viewer)
        var query = QueryReader(request.query)
        let (text, cluster) = (query.text("q"), query.text("cluster"))
        let limit = query.integer("limit", in: 1...1000) ?? 200
        let start = query.cursor { text in Int(text).flatMap { $0 < 0 ? nil : $0 } } ?? 0
        try query.check()
        let found = catalogue.index.applications(matching: text, on: cluster)
        let rest = found.dropFirst(start)
        let shown = rest.prefix(limit)
        return try .json(
            Items(
                items: shown.map {
                    ApplicationDocument(
                        cluster: $0.cluster, namespace: $0.namespace, name: $0.name,
                        currentVersion: $0.currentVersion, image: $0.image, replicas: $0.replicas,
                        managedBy: $0.managedBy, databases: $0.databases, services: $0.serviceNames,
                        problem: $0.problem)
                },
                nextCursor: rest.count > limit ? "\(start + limit)" : nil))
    }

    @Sendable func versions(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let repository = ImageReference(try application(context).image).repository
        let versions = try await database.read { database in
            try VersionTable.versions(of: [repository], for: principal.organization, in: database)[repository] ?? []
        }
        return try .json(
            Items(
                items: versions.map {
                    VersionDocument(
                        version: $0.version, firstSeen: $0.firstSeen, lastSeen: $0.lastSeen, seen: $0.places)
                }))
    }

    @Sendable func variables(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.principal(atLeast: .viewer)
        let application = try application(context)
        return try .json(
            Items(
                items: application.variables.map {
                    VariableDocument(
                        name: $0.name, container: $0.container, kind: $0.kind, source: $0.source,
                        value: $0.source == .secret ? nil : $0.value, reason: $0.reason, database: $0.database)
                }))
    }

    /// The application that the path names.
    private func application(_ context: GatewayContext) throws -> PreviewDomain.Application {
        let cluster = try context.parameters.require("cluster")
        let reference = ApplicationReference(
            namespace: try context.parameters.require("namespace"), name: try context.parameters.require("name"))
        guard let application = catalogue.current.application(reference, on: cluster) else {
            let detail = "No application \(reference) runs on \(cluster); GET /api/v1/applications lists them."
            throw Problem(.notFound, "not-found", detail)
        }
        return application
    }
}
