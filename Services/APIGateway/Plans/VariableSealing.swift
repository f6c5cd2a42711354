import Crypto
import Foundation
import PreviewDomain
import Synchronization

/// Seals secret values for a cluster's provisioner as soon as they are read: HPKE with X25519, SHA-256 and
/// ChaCha20-Poly1305, the encapsulated key before the ciphertext, in base64.
final class VariableSealing: Sendable {
    /// Binds what is sealed to its use.
    static let info = Data("understudy variable".utf8)

    private let catalogue: Catalogue
    private let unsealable = Mutex<Set<String>>([])

    init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// The clusters for which a value should have been sealed and could not be.
    var unsealableClusters: Set<String> { unsealable.withLock { $0 } }

    /// The value, sealed for the cluster. Where that is impossible the value is dropped and the cluster noted.
    func value(_ text: String, for cluster: String) -> TypedValue {
        guard let key = catalogue.clusters[cluster]?.sealingKey, let sealed = try? Self.seal(text, key: key) else {
            unsealable.withLock { _ = $0.insert(cluster) }
            return .sealed("")
        }
        return .sealed(sealed)
    }

    /// Seals a text for the owner of a public key, given in base64.
    static func seal(_ text: String, key: String) throws -> String {
        let bytes = Data(base64Encoded: key) ?? Data()
        let recipient = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
        var sender = try HPKE.Sender(
            recipientKey: recipient, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: info)
        let ciphertext = try sender.seal(Data(text.utf8))
        return (sender.encapsulatedKey + ciphertext).base64EncodedString()
    }
}
