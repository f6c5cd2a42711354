import Crypto
import Foundation
import GRDB
import Persistence

@testable import APIGateway

/// A provisioner's key, to open what the gateway seals.
struct SealingKeyPair {
    private let key = Curve25519.KeyAgreement.PrivateKey()

    var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    func open(_ sealed: String) throws -> String {
        let data = Data(base64Encoded: sealed) ?? Data()
        var recipient = try HPKE.Recipient(
            privateKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data("understudy variable".utf8),
            encapsulatedKey: data.prefix(32))
        return String(decoding: try recipient.open(data.dropFirst(32)), as: UTF8.self)
    }
}

extension GatewayFixture {
    /// Everything in the database, as text.
    func dump() async throws -> String {
        try await gateway.store.database.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
                .flatMap { table in try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map(\.description) }
                .joined(separator: "\n")
        }
    }

    /// How many rows a table has.
    func count(_ table: String) async throws -> Int {
        try await gateway.store.database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? 0 }
    }

    /// Everything that the audit has, oldest first.
    func audit() async throws -> [AuditEntry] {
        try await gateway.store.database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM audit ORDER BY id").compactMap(AuditTable.entry)
        }
    }
}
