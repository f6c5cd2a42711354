import GRDB
import Persistence

extension Migration {
    /// What entries of the audit are found by. Of letters other than ASCII's, SQL knows no lower case.
    static let auditSearch = Migration("0015-audit-search") { database in
        try database.execute(sql: "ALTER TABLE audit ADD COLUMN searched TEXT NOT NULL DEFAULT ''")
        var last: Int64 = 0
        while true {
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT id, actor, target, detail, address FROM audit WHERE id > ? ORDER BY id LIMIT 1000",
                arguments: [last])
            for row in rows {
                last = row["id"]
                try database.execute(
                    sql: "UPDATE audit SET searched = ? WHERE id = ?",
                    arguments: [
                        AuditTable.searched([row["actor"], row["target"], row["detail"], row["address"]]), last,
                    ])
            }
            if rows.isEmpty { return }
        }
    }
}
