import Foundation

/// What an exec plugin answered: a token, a client certificate, or both.
struct ExecCredential: Sendable, Hashable {
    var token: String?
    var certificate: ClientCertificate?
    /// When it runs out; `nil` where that is not known.
    var expires: Date?

    /// Reads an answer. Its text is never quoted: it holds secrets.
    init(_ output: [UInt8], apiVersion: String) throws(ExecPluginFailure) {
        guard let value = try? JSONValue(parsing: output), value["kind"].string == "ExecCredential" else {
            throw ExecPluginFailure("it wrote no ExecCredential in JSON to its standard output")
        }
        guard value["apiVersion"].string == apiVersion else {
            throw ExecPluginFailure(
                "it speaks \(value["apiVersion"].string ?? "no version"), but the kubeconfig says \(apiVersion)")
        }
        let status = value["status"]
        token = status["token"].string.flatMap { $0.isEmpty ? nil : $0 }
        // It becomes a header, which a line break would end.
        guard token?.isBearerToken != false else {
            throw ExecPluginFailure("its token holds a space, a line break or a character that is not ASCII")
        }
        let certificate = status["clientCertificateData"].string ?? ""
        let key = status["clientKeyData"].string ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw ExecPluginFailure("it returned a client certificate or a key, but not both")
        }
        if !certificate.isEmpty {
            self.certificate = ClientCertificate(certificate: Array(certificate.utf8), key: Array(key.utf8))
        }
        guard token != nil || self.certificate != nil else {
            throw ExecPluginFailure("it returned neither a token nor a client certificate")
        }
        if let text = status["expirationTimestamp"].string, !text.isEmpty {
            guard let date = Timestamp.parse(text) else {
                throw ExecPluginFailure("its expirationTimestamp is no RFC 3339 time")
            }
            expires = date
        }
    }
}

/// Why an exec plugin gave no credentials.
struct ExecPluginFailure: Error, Sendable, Hashable {
    var problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}
