public import GRDB
public import Logging

/// A service's own SQL database: opened, checked and migrated, or not opened at all.
///
/// Reads run in parallel and see what was committed when they began; writes run one after another, each a transaction
/// that is on disk when the call returns. The SQL that services write stays portable; what is particular to SQLite is
/// in this module.
public struct ServiceDatabase: Sendable {
    private let connection: any DatabaseWriter

    /// Opens the file, makes it where it is missing, checks its integrity and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the database file; its folder is to exist.
    ///   - migrations: every step of the schema, oldest first; those not yet taken are taken.
    /// - Throws: ``ServiceDatabaseError`` that says what is wrong with the file and what to do.
    public init(path: String, migrations: [Migration], logger: Logger) throws(ServiceDatabaseError) {
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { database in
                // With the write-ahead log GRDB settles for NORMAL, which may lose the last commits in a power cut.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try Self.checkIntegrity(of: database, path: path)
            }
            connection = pool
        } catch let error as ServiceDatabaseError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: String(describing: error))
        }
        try migrate(migrations, path: path)
        logger.debug("Opened Database", metadata: ["database.path": "\(path)"])
    }

    /// Makes a database in memory, gone with the value; for tests.
    public static func inMemory(migrations: [Migration]) throws(ServiceDatabaseError) -> ServiceDatabase {
        do {
            let database = ServiceDatabase(connection: try DatabaseQueue(configuration: configuration))
            try database.migrate(migrations, path: ":memory:")
            return database
        } catch let error as ServiceDatabaseError {
            throw error
        } catch {
            throw .cannotOpen(path: ":memory:", reason: String(describing: error))
        }
    }

    private init(connection: any DatabaseWriter) { self.connection = connection }

    /// Reads one consistent state.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await connection.read(body)
    }

    /// Writes in one transaction: all of it is kept, or nothing where `body` throws.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await connection.write(body)
    }

    /// Closes the file, with everything in it and nothing in its log; calls that come later throw.
    public func close() throws {
        // The last connection that closes may be a reader, which can't empty the log.
        if let pool = connection as? DatabasePool {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
        try connection.close()
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        return configuration
    }

    private static func checkIntegrity(of database: Database, path: String) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
        guard findings == ["ok"] else { throw ServiceDatabaseError.damaged(path: path, findings: findings) }
    }

    private func migrate(_ migrations: [Migration], path: String) throws(ServiceDatabaseError) {
        var migrator = DatabaseMigrator()
        for migration in migrations { migrator.registerMigration(migration.name, migrate: migration.apply) }
        do {
            guard try connection.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw ServiceDatabaseError.newerSchema(path: path)
            }
            try migrator.migrate(connection)
        } catch let error as ServiceDatabaseError {
            throw error
        } catch {
            throw .migrationFailed(path: path, reason: String(describing: error))
        }
    }
}
