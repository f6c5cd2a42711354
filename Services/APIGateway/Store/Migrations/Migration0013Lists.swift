import Foundation
import GRDB
import Persistence
import PreviewDomain

extension Migration {
    /// What lists of previews are narrowed and ordered by, and the applications that each preview runs.
    static let lists = Migration("0013-lists") { database in
        try database.execute(
            sql: """
                ALTER TABLE previews ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
                ALTER TABLE previews ADD COLUMN expires_at DOUBLE PRECISION NOT NULL DEFAULT 0;
                ALTER TABLE previews ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
                CREATE INDEX previews_by_owner ON previews (organization, created_by);

                CREATE TABLE preview_applications (
                    preview_id TEXT NOT NULL REFERENCES previews (id) ON DELETE CASCADE,
                    cluster TEXT NOT NULL,
                    application TEXT NOT NULL,
                    PRIMARY KEY (preview_id, application)
                );
                CREATE INDEX preview_applications_by_name ON preview_applications (cluster, application);
                """)
        for preview in try PreviewTable.documents(in: database) {
            try database.execute(
                sql: """
                    UPDATE previews SET created_by = ?, expires_at = ?, name_key = ?, searched = ? WHERE id = ?
                    """,
                arguments: [
                    preview.createdBy, preview.expiresAt.timeIntervalSince1970, preview.name.lowercased(),
                    PreviewTable.searched(preview), preview.id.rawValue,
                ])
            try PreviewApplications.save(preview, in: database)
        }
    }
}
