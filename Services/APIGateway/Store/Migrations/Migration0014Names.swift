import GRDB
import Persistence

extension Migration {
    /// What members and tokens are ordered and found by. Of letters other than ASCII's, SQL knows no lower case.
    static let names = Migration("0014-names") { database in
        for table in ["members", "tokens"] {
            try database.execute(
                sql: """
                    ALTER TABLE \(table) ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
                    ALTER TABLE \(table) ADD COLUMN searched TEXT NOT NULL DEFAULT '';
                    CREATE INDEX \(table)_by_name ON \(table) (organization, name_key, id);
                    """)
        }
        for row in try Row.fetchAll(database, sql: "SELECT id, name, email FROM members") {
            try database.execute(
                sql: "UPDATE members SET name_key = ?, searched = ? WHERE id = ?",
                arguments: [
                    NameKey.text(row["name"]), NameKey.searched(row["name"], row["email"]), row["id"] as String,
                ])
        }
        for row in try Row.fetchAll(database, sql: "SELECT id, name, created_by FROM tokens") {
            try database.execute(
                sql: "UPDATE tokens SET name_key = ?, searched = ? WHERE id = ?",
                arguments: [
                    NameKey.text(row["name"]), NameKey.searched(row["name"], row["created_by"]), row["id"] as String,
                ])
        }
    }
}
