import Foundation
import GRDB
import PreviewDomain

/// Which preview answers at which host, so that no two ever share one. Names are kept without the base domain, which may
/// change, and until the preview is over: while its Ingress is there, it answers.
enum HostTable {
    /// The names of a preview: its own, and that of each service with an address.
    static func names(of preview: Preview) -> Set<String> { names(of: preview.id, services: preview.services) }

    /// The names that a preview of that id and those services would have.
    static func names(of id: PreviewID, services: [ServiceSpecification]) -> Set<String> {
        let labels = services.filter(\.externalDNS).map { PreviewHosts.label(service: $0.name, preview: id) }
        return Set(labels + [id.rawValue])
    }

    /// The first of the names that another preview has.
    static func taken(_ names: Set<String>, from id: PreviewID, in database: Database) throws -> HostTaken? {
        for name in names.sorted() {
            let holder = try String.fetchOne(
                database, sql: "SELECT preview_id FROM hosts WHERE name = ?", arguments: [name])
            if let holder, holder != id.rawValue {
                return HostTaken(name: name, preview: id, holder: holder == gateway ? nil : holder)
            }
        }
        return nil
    }

    /// Stands for the gateway where a name is its own; no preview's id is like it.
    private static let gateway = "@gateway"

    /// Keeps names for the gateway itself, in place of those that were its own before. A name that a preview has stays
    /// that preview's.
    static func reserve(_ names: Set<String>, in database: Database) throws {
        try database.execute(sql: "DELETE FROM hosts WHERE preview_id = ?", arguments: [gateway])
        for name in names { try insert(name, of: gateway, in: database) }
    }

    private static func insert(_ name: String, of holder: String, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO hosts (name, preview_id) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            arguments: [name, holder])
    }

    /// Brings what is kept in line with the preview.
    ///
    /// - Throws: ``HostTaken`` where another preview answers at one of its hosts.
    static func keep(_ stored: StoredPreview, before: StoredPreview?, in database: Database) throws {
        let (preview, names) = (stored.preview, names(of: stored.preview))
        if stored.isOver {
            guard before?.isOver == false else { return }
            return try database.execute(
                sql: "DELETE FROM hosts WHERE preview_id = ?", arguments: [preview.id.rawValue])
        }
        let added = names.subtracting(before.map { Self.names(of: $0.preview) } ?? [])
        if let taken = try taken(added, from: preview.id, in: database) { throw taken }
        for name in added { try insert(name, of: preview.id.rawValue, in: database) }
    }
}

/// A host that a preview would answer at is another preview's.
struct HostTaken: Error {
    /// The host's first label.
    var name: String
    var preview: PreviewID
    /// The preview that has it; `nil` where it is the gateway's own.
    var holder: String?

    /// The field of an order that leads to it.
    var field: String { name == preview.rawValue ? "id" : "services" }

    var explanation: String {
        let what = name == preview.rawValue ? "Preview \(preview)" : "A service of preview \(preview)"
        guard let holder else {
            return "\(what) would answer at the host \(name), which Understudy needs; choose another name."
        }
        return "\(what) would answer at the host \(name), which is preview \(holder)'s; end that one first, or choose "
            + "another name."
    }
}
