import PreviewDomain

/// What is removed with a preview.
struct Removal: Sendable {
    struct Database: Sendable {
        let name: String
        let source: String
        /// The size of its volume, where it is known.
        let size: String?
    }

    let cluster: String
    let namespace: String
    let services: [Service]
    let databases: [Database]
    let addresses: [String]

    struct Service: Sendable {
        let name: String
        let version: String
    }

    init(_ sight: PreviewSight) {
        let document = sight.document
        cluster = document.cluster
        namespace = document.namespace
        services = document.services.map { Service(name: $0.name, version: $0.targetVersion) }
        databases = document.databases.map { database in
            var size: String?
            if case .database(let detail) = sight.fact(.database(database.name))?.detail { size = detail.size }
            return Database(name: database.name, source: database.source.description, size: size)
        }
        addresses = document.services.compactMap(\.externalURL)
    }
}
