public import GRDB

/// One step of a schema, taken once in each database, in a transaction of its own.
public struct Migration: Sendable {
    /// Names the step for good, such as `0001-previews`.
    public let name: String
    let apply: @Sendable (Database) throws -> Void

    /// Creates a step from SQL statements, separated by semicolons.
    public init(_ name: String, sql: String) {
        self.init(name) { try $0.execute(sql: sql) }
    }

    /// Creates a step that takes code.
    public init(_ name: String, _ apply: @escaping @Sendable (Database) throws -> Void) {
        self.name = name
        self.apply = apply
    }
}
