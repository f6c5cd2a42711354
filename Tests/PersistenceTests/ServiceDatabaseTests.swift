import Foundation
import GRDB
import Logging
import Persistence
import PreviewDomain
import Testing

@Suite struct ServiceDatabaseTests {
    private let notes = Migration("0001-notes", sql: "CREATE TABLE notes (text TEXT NOT NULL)")

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "persistence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func open(_ file: URL, _ migrations: [Migration]) throws -> ServiceDatabase {
        try ServiceDatabase(path: file.path, migrations: migrations, logger: Logger(label: "test"))
    }

    @Test func `what was written is there after the file is opened again`() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "state.sqlite")
            let first = try open(file, [notes])
            try await first.write { try $0.execute(sql: "INSERT INTO notes (text) VALUES ('kept')") }
            try first.close()
            let second = try open(file, [notes])
            #expect(try await second.read { try String.fetchAll($0, sql: "SELECT text FROM notes") } == ["kept"])
        }
    }

    @Test func `a transaction that throws leaves nothing behind`() async throws {
        struct Refusal: Error {}
        let database = try ServiceDatabase.inMemory(migrations: [notes])
        await #expect(throws: Refusal.self) {
            try await database.write { database in
                try database.execute(sql: "INSERT INTO notes (text) VALUES ('lost')")
                throw Refusal()
            }
        }
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM notes") } == 0)
    }

    @Test func `the file keeps commits through a power cut: write-ahead log with full synchronization`() async throws {
        try await withFolder { folder in
            let database = try open(folder.appending(path: "state.sqlite"), [notes])
            let modes = try await database.write { database in
                [
                    try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                    try String.fetchOne(database, sql: "PRAGMA synchronous"),
                ]
            }
            #expect(modes == ["wal", "2"])
        }
    }

    @Test func `new steps are taken in order and none twice`() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "state.sqlite")
            try open(file, [notes]).close()
            let author = Migration("0002-author", sql: "ALTER TABLE notes ADD COLUMN author TEXT")
            try open(file, [notes, author]).close()
            let database = try open(file, [notes, author])
            #expect(
                try await database.read { try $0.columns(in: "notes").map(\.name) } == ["text", "author"])
        }
    }

    @Test func `a file of a newer version is refused`() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "state.sqlite")
            try open(file, [notes, Migration("0002-later", sql: "CREATE TABLE later (x INTEGER)")]).close()
            #expect(throws: ServiceDatabaseError.newerSchema(path: file.path)) { try open(file, [notes]) }
        }
    }

    @Test func `a damaged file is refused and said to be damaged or unreadable`() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "state.sqlite")
            let database = try open(file, [notes])
            try await database.write { database in
                for index in 0..<2000 {
                    try database.execute(sql: "INSERT INTO notes (text) VALUES (?)", arguments: ["note \(index)"])
                }
            }
            try database.close()
            let handle = try FileHandle(forWritingTo: file)
            try handle.seek(toOffset: 8192)
            try handle.write(contentsOf: Data(repeating: 0x5a, count: 8192))
            try handle.close()
            #expect(throws: ServiceDatabaseError.self) { try open(file, [notes]) }
        }
    }

    @Test func `a missing folder is named`() throws {
        let path = "/nowhere-\(UUID().uuidString)/state.sqlite"
        let error = #expect(throws: ServiceDatabaseError.self) {
            try ServiceDatabase(path: path, migrations: [], logger: Logger(label: "test"))
        }
        #expect(error?.description.contains(path) == true)
        #expect(error?.failureClass == .fatal)
    }
}
