import Foundation
import GRDB
import Persistence
import PreviewDomain

extension Migration {
    /// Where each preview comes from, and what it is looked for by.
    static let origins = Migration("0006-origins") { database in
        try database.execute(
            sql: """
                ALTER TABLE previews ADD COLUMN origin TEXT NOT NULL DEFAULT '';
                ALTER TABLE previews ADD COLUMN searched TEXT NOT NULL DEFAULT '';
                CREATE INDEX previews_by_origin ON previews (organization, origin, created_at DESC, id);
                """)
        for preview in try PreviewTable.documents(in: database) {
            try database.execute(
                sql: "UPDATE previews SET origin = ?, searched = ? WHERE id = ?",
                arguments: [preview.origin.rawValue, PreviewTable.searched(preview), preview.id.rawValue])
        }
    }
}
