import Crypto
import Foundation
import PreviewDomain
import ServiceRuntime

/// The key by which secret values that a user types are sealed for the provisioner (HPKE: X25519, HKDF-SHA256,
/// ChaCha20-Poly1305), so that neither messages nor the gateway's database hold them open.
struct SealingKey: Sendable {
    private let privateKey: Curve25519.KeyAgreement.PrivateKey

    /// What both sides say that the key is used for.
    static let info = Data("understudy variable".utf8)
    private static let suite = HPKE.Ciphersuite(
        kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    private static let encapsulatedKeyLength = 32

    init(privateKey: Curve25519.KeyAgreement.PrivateKey = .init()) { self.privateKey = privateKey }

    /// Reads the key from a file of 32 bytes in base64; makes both where there is no file.
    ///
    /// - Throws: ``ConfigurationProblem`` where the file can't be read or written, or holds something else.
    init(file path: String) throws {
        let url = URL(fileURLWithPath: path)
        // A file that is there is never replaced: without the key in it, what was sealed before can't be opened any more.
        if FileManager.default.fileExists(atPath: path) {
            let text: String
            do { text = try String(contentsOf: url, encoding: .utf8) } catch {
                throw ConfigurationProblem(key: "sealing.key.file", problem: "\(path) cannot be read: \(error)")
            }
            guard let bytes = Data(base64Encoded: text.trimmingWhitespace()),
                let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            else {
                throw ConfigurationProblem(
                    key: "sealing.key.file", problem: "\(path) does not hold an X25519 key in base64")
            }
            self.init(privateKey: key)
            return
        }
        self.init()
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            let text = Data((privateKey.rawRepresentation.base64EncodedString() + "\n").utf8)
            guard
                FileManager.default.createFile(
                    atPath: path, contents: text, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw ConfigurationProblem(key: "sealing.key.file", problem: "\(path) cannot be written: \(error)")
        }
    }

    /// What values are sealed with, base64.
    var publicKey: String { privateKey.publicKey.rawRepresentation.base64EncodedString() }

    /// Opens a sealed value: base64 of the encapsulated key and the ciphertext.
    func open(_ sealed: String, name: String) throws(ProvisioningError) -> String {
        guard let bytes = Data(base64Encoded: sealed), bytes.count > Self.encapsulatedKeyLength else {
            throw .sealedValue(name)
        }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: privateKey, ciphersuite: Self.suite, info: Self.info,
                encapsulatedKey: bytes.prefix(Self.encapsulatedKeyLength))
            return String(decoding: try recipient.open(bytes.dropFirst(Self.encapsulatedKeyLength)), as: UTF8.self)
        } catch {
            throw .sealedValue(name)
        }
    }

    /// The user's variables, opened.
    func open(
        _ variables: [String: TypedValue]
    ) throws(ProvisioningError) -> [String: ServiceTransformation.UserVariable] {
        var opened: [String: ServiceTransformation.UserVariable] = [:]
        for (name, value) in variables {
            switch value {
            case .literal(let text): opened[name] = .init(value: text, isSecret: false)
            case .sealed(let sealed): opened[name] = .init(value: try open(sealed, name: name), isSecret: true)
            }
        }
        return opened
    }
}
