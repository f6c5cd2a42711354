import Foundation
import Shared
import Testing

@testable import Reaper

/// Previews, messages and a store, as the tests need them.
enum Fixtures {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    static func id(_ text: String = "bcdf2345") throws -> PreviewID { try #require(PreviewID(rawValue: text)) }

    static func reference(_ id: String = "bcdf2345") throws -> PreviewReference {
        PreviewReference(id: try Self.id(id), organization: .default, cluster: "local")
    }

    static func summary(
        _ status: PreviewStatus = .pending, expiresIn: TimeInterval = 3600, id: String = "bcdf2345"
    ) throws -> PreviewSummary {
        let preview = Preview(
            id: try Self.id(id), organization: .default, name: "test", cluster: "local", origin: .api,
            createdBy: "someone", createdAt: start, ttl: expiresIn, services: [], databases: [])
        return PreviewSummary(preview: preview, status: status)
    }

    static func object(_ name: String, kind: String = "ConfigMap", namespace: String? = "preview-bcdf2345")
        -> ObjectReference
    {
        ObjectReference(cluster: "local", apiVersion: "v1", kind: kind, namespace: namespace, name: name)
    }

    static func store() throws -> ReaperStore {
        ReaperStore(database: try ServiceDatabase.inMemory(migrations: ReaperSchema.migrations))
    }

    static func planned(_ names: String..., at offset: TimeInterval = 0) throws -> ResourcePlanned {
        ResourcePlanned(
            preview: try reference(), objects: names.map { object($0) }, madeBy: "provisioner",
            plannedAt: start.addingTimeInterval(offset))
    }
}

extension ReaperStore {
    /// Notes that objects are verified gone, by a look that begins now.
    func verify(_ objects: [ObjectReference], of preview: PreviewID, at instant: Date) async throws {
        try await verify(
            try await entries(of: preview).filter { objects.contains($0.object) }, of: preview, at: instant)
    }

    /// What waits to be published.
    func outgoing() async throws -> [any MessagePayload] {
        let texts = try await database.read { database in
            try OutboxContents.texts(in: database)
        }
        return try texts.map { text in
            let encoded = try JSONCoding.decoder.decode(EncodedMessage.self, from: Data(text.utf8))
            return try Message(decoding: encoded.body).payload
        }
    }
}
