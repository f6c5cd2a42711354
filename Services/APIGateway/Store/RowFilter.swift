import GRDB

/// Conditions on the rows of a table that all have to hold, with their arguments.
struct RowFilter: Sendable {
    private(set) var sql: String
    private(set) var arguments: StatementArguments

    init(_ sql: String, _ arguments: StatementArguments) {
        self.sql = sql
        self.arguments = arguments
    }

    mutating func require(_ condition: String, _ values: StatementArguments) {
        sql += " AND \(condition)"
        arguments += values
    }

    mutating func require(_ column: String, among values: [String]) {
        require("\(column) IN (\(values.map { _ in "?" }.joined(separator: ",")))", StatementArguments(values))
    }

    /// Requires that one of several conditions holds, each with one argument.
    mutating func requireAny(_ conditions: [(sql: String, value: String)]) {
        require(
            "(\(conditions.map(\.sql).joined(separator: " OR ")))", StatementArguments(conditions.map(\.value)))
    }
}

extension String {
    /// The text with the wildcards of SQL's LIKE escaped by a backslash.
    var escapedForLike: String {
        replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
