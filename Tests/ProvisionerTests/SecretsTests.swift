import Crypto
import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import Testing

@testable import Provisioner

struct SecretsTests {
    private func sealed(_ text: String, for key: SealingKey) throws -> String {
        let bytes = try #require(Data(base64Encoded: key.publicKey))
        var sender = try HPKE.Sender(
            recipientKey: try Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
            ciphersuite: HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .chaChaPoly),
            info: Data("understudy variable".utf8))
        let ciphertext = try sender.seal(Data(text.utf8))
        return (sender.encapsulatedKey + ciphertext).base64EncodedString()
    }

    @Test func `a sealed value is opened by its key alone`() throws {
        let key = SealingKey()
        let value = try sealed("swordfish", for: key)
        #expect(try key.open(value, name: "X") == "swordfish")
        #expect(throws: ProvisioningError.sealedValue("X")) { try SealingKey().open(value, name: "X") }
        for damaged in ["", "%%", "c2hvcnQ=", String(value.dropLast(8))] {
            #expect(throws: ProvisioningError.sealedValue("X")) { try key.open(damaged, name: "X") }
        }
    }

    @Test func `the key is made once and kept for its owner's eyes`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sealing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("key").path
        let first = try SealingKey(file: path)
        #expect(try SealingKey(file: path).publicKey == first.publicKey)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test(arguments: [Data("nonsense".utf8), Data([0xFF, 0xFE, 0xC0]), Data()])
    func `a file that holds something else is told of, and left as it is`(content: Data) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sealing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("key")
        try content.write(to: file)
        #expect(throws: ConfigurationProblem.self) { try SealingKey(file: file.path) }
        #expect(try Data(contentsOf: file) == content)
    }

    @Test func `secret values do not get into log lines, encoded or not`() {
        let redactor = Redactor(secrets: [
            KeyedObject.secret(
                name: "a", namespace: "b", texts: ["password": "p@ss word", "username": "orders", "short": "abc"]),
            ["kind": "Secret", "type": "helm.sh/release.v1", "data": ["release": "c2VjcmV0LXJlbGVhc2U="]],
        ])
        #expect(redactor.redacted("user orders, p@ss word, p%40ss%20word, abc") == "user orders, •••, •••, abc")
        #expect(redactor.lastLines("1\n2\n\n3 p@ss word\n", 2) == ["2", "3 •••"])
    }

    @Test func `a late request is about the preview that ended; a later one is about a new preview`() {
        let ended = Date(timeIntervalSince1970: 1000)
        let tombstone = Tombstone(
            preview: Fixtures.preview, endedAt: ended, startedAt: ended, state: .running, seen: [])
        #expect(tombstone.covers(requestMadeAt: ended.addingTimeInterval(-5)))
        #expect(tombstone.covers(requestMadeAt: ended))
        #expect(!tombstone.covers(requestMadeAt: ended.addingTimeInterval(1)))
    }

    @Test func `the same request has the same fingerprint, whatever else of the preview changed`() {
        var request = ServiceRequested(
            preview: Fixtures.preview, service: Fixtures.service(), databases: [], siblings: [:])
        let first = DeploymentRecord.fingerprint(of: request)
        request.preview.generation += 1
        #expect(DeploymentRecord.fingerprint(of: request) == first)
        request.service.targetVersion = "1.6.0"
        #expect(DeploymentRecord.fingerprint(of: request) != first)
        #expect(first.count == 32)
    }
}
