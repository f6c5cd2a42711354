import GRDB

/// The organizations of an installation: there is one as soon as somebody or something belongs to it.
enum OrganizationTable {
    /// Their names.
    static func all(in database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT organization FROM previews UNION SELECT organization FROM tokens
                UNION SELECT organization FROM members ORDER BY organization
                """)
    }
}
