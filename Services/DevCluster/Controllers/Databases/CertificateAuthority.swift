import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority of one cluster: signs its servers' and its replicas' certificates.
struct CertificateAuthority {
    /// A certificate with its private key, both as PEM.
    struct Pair: Sendable, Equatable {
        var certificate: String
        var privateKey: String
    }

    private static let lifetime: TimeInterval = 90 * 86_400

    private let certificate: Certificate
    private let key: P256.Signing.PrivateKey
    /// The authority's own certificate and key.
    let pair: Pair

    /// Makes a new authority.
    init(name: String, unit: String) throws {
        let key = P256.Signing.PrivateKey()
        let publicKey = Certificate.PublicKey(key.publicKey)
        let subject = try DistinguishedName {
            CommonName(name)
            OrganizationalUnitName(unit)
        }
        self.key = key
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -300), notValidAfter: Date(timeIntervalSinceNow: Self.lifetime),
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: .init(key))
        pair = Pair(certificate: try certificate.serializeAsPEM().pemString, privateKey: key.pemRepresentation)
    }

    /// Takes up an authority that is stored.
    init(stored: Pair) throws {
        key = try P256.Signing.PrivateKey(pemRepresentation: stored.privateKey)
        certificate = try Certificate(pemEncoded: stored.certificate)
        pair = stored
    }

    /// A server's certificate.
    ///
    /// - Parameter hosts: every name under which the server is reached.
    func issueServer(name: String, hosts: [String]) throws -> Pair {
        try issue(name, usage: .serverAuth, hosts: hosts)
    }

    /// A client's certificate; its name is the database role.
    func issueClient(name: String) throws -> Pair {
        try issue(name, usage: .clientAuth, hosts: [])
    }

    private func issue(_ name: String, usage: ExtendedKeyUsage.Usage, hosts: [String]) throws -> Pair {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(name) }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true, keyAgreement: true))
            try ExtendedKeyUsage([usage])
            if !hosts.isEmpty { SubjectAlternativeNames(hosts.map { .dnsName($0) }) }
        }
        let issued = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -300), notValidAfter: Date(timeIntervalSinceNow: Self.lifetime),
            issuer: certificate.subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: .init(self.key))
        return Pair(certificate: try issued.serializeAsPEM().pemString, privateKey: key.pemRepresentation)
    }
}
