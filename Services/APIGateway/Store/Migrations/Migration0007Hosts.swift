import Foundation
import GRDB
import Persistence
import PreviewDomain

extension Migration {
    /// The hosts of previews, of which no two may have the same.
    static let hosts = Migration("0007-hosts") { database in
        try database.execute(
            sql: """
                CREATE TABLE hosts (name TEXT NOT NULL PRIMARY KEY, preview_id TEXT NOT NULL);
                CREATE INDEX hosts_by_preview ON hosts (preview_id);
                """)
        for preview in try PreviewTable.documents(where: "is_over = ?", arguments: [false], in: database) {
            for name in HostTable.names(of: preview) {
                // Where two share one already, the elder has it.
                try database.execute(
                    sql: "INSERT INTO hosts (name, preview_id) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                    arguments: [name, preview.id.rawValue])
            }
        }
    }
}
