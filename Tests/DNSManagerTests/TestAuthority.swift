import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority whose certificates are as good or as bad as a test needs them.
struct TestAuthority {
    private let key = P256.Signing.PrivateKey()
    private let certificate: Certificate

    init(_ name: String = "test authority") throws {
        let subject = try DistinguishedName { CommonName("\(name) \(UUID())") }
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            },
            issuerPrivateKey: .init(key))
    }

    /// Its own certificate, as PEM.
    func pem() throws -> String { try certificate.serializeAsPEM().pemString }

    /// A certificate and its key, as PEM.
    ///
    /// - Parameter validity: from when to when, in seconds from now.
    func issue(
        for host: String, validity: ClosedRange<TimeInterval> = -3600...3600
    ) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let issued = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: validity.lowerBound),
            notValidAfter: Date(timeIntervalSinceNow: validity.upperBound), issuer: certificate.subject,
            subject: try DistinguishedName { CommonName("server") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(host)])
            },
            issuerPrivateKey: .init(self.key))
        return (try issued.serializeAsPEM().pemString, key.pemRepresentation)
    }
}
