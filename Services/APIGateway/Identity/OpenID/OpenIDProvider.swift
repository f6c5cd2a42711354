import Foundation
import KubernetesClient
import PreviewDomain
import Synchronization

/// An OpenID provider: what it says of itself, its keys, and its endpoints that programs call.
///
/// Document and keys are kept for an hour. A key that is not known is asked for, but at most once a minute, because
/// anyone can send a token that names one.
final class OpenIDProvider: Sendable {
    let configuration: OpenIDConfiguration
    private let client: WebServiceClient
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    private struct State {
        var metadata: (value: OpenIDMetadata, readAt: Date)?
        var keys: (value: SigningKeys, readAt: Date)?
    }

    private static let freshness: TimeInterval = 3600
    private static let keyPause: TimeInterval = 60

    init(configuration: OpenIDConfiguration, now: @escaping @Sendable () -> Date) {
        self.configuration = configuration
        self.now = now
        client = WebServiceClient(certificateAuthority: configuration.certificateAuthority)
    }

    /// The discovery document.
    ///
    /// - Throws: ``OpenIDFailure`` where it was never read and can't be.
    func metadata() async throws -> OpenIDMetadata {
        let known = state.withLock { $0.metadata }
        if let known, now().timeIntervalSince(known.readAt) < Self.freshness { return known.value }
        do {
            let slash = configuration.issuer.hasSuffix("/") ? "" : "/"
            let url = "\(configuration.issuer)\(slash).well-known/openid-configuration"
            let metadata = try decode(OpenIDMetadata.self, try await get(url), of: "discovery document")
            try metadata.check(issuer: configuration.issuer)
            state.withLock { $0.metadata = (metadata, now()) }
            return metadata
        } catch let failure as OpenIDFailure {
            guard let known else { throw failure }
            return known.value
        }
    }

    /// The provider's keys, among which there is the one that a token names, if the provider has it.
    ///
    /// - Throws: ``OpenIDFailure``.
    func keys(for id: String?) async throws -> SigningKeys {
        if let known = state.withLock({ $0.keys }) {
            let age = now().timeIntervalSince(known.readAt)
            let isFresh = age < Self.freshness
            if isFresh, known.value.has(id) || age < Self.keyPause { return known.value }
        }
        let url = try await metadata().jwksURI
        let keys = try SigningKeys(document: try await get(url))
        state.withLock { $0.keys = (keys, now()) }
        return keys
    }

    /// What a code is worth.
    struct Tokens: Sendable {
        var idToken: String
        var accessToken: String?
    }

    /// Exchanges a code for tokens.
    ///
    /// - Parameters:
    ///   - redirectURI: where the code was sent.
    ///   - verifier: whose digest the code was asked for with.
    /// - Throws: ``OpenIDFailure``.
    func exchange(code: String, redirectURI: String, verifier: String) async throws -> Tokens {
        let metadata = try await metadata()
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", verifier),
        ]
        var headers = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        let methods = metadata.tokenEndpointAuthMethods ?? ["client_secret_basic"]
        let authentication = configuration.authentication ?? (methods.contains("client_secret_basic") ? .basic : .post)
        if let secret = configuration.clientSecret, authentication == .basic {
            let pair = "\(URLPath.encode(configuration.clientID)):\(URLPath.encode(secret))"
            headers["Authorization"] = "Basic \(Data(pair.utf8).base64EncodedString())"
        } else {
            form.append(("client_id", configuration.clientID))
            if let secret = configuration.clientSecret { form.append(("client_secret", secret)) }
        }
        let body = Array(FormEncoding.text(form).utf8)
        let answer = try await send("POST", metadata.tokenEndpoint, headers: headers, body: body)
        let document = try? JSONValue(parsing: answer.body)
        guard answer.status == 200 else {
            let reason = document?["error"].string.map { "\($0) \(document?["error_description"].string ?? "")" }
            let text = "the token endpoint answered \(answer.status): \(reason ?? "no reason was given")"
            throw (400..<500).contains(answer.status) ? OpenIDFailure.refused(text) : .unavailable(text)
        }
        guard let idToken = document?["id_token"].string else {
            throw OpenIDFailure.invalid("the token endpoint gave no ID token; ask for the scope openid")
        }
        return Tokens(idToken: idToken, accessToken: document?["access_token"].string)
    }

    /// What the provider tells of whom an access token is for; `nil` where it has no endpoint for that.
    ///
    /// - Throws: ``OpenIDFailure``.
    func userinfo(accessToken: String) async throws -> [String: JSONValue]? {
        guard let endpoint = try await metadata().userinfoEndpoint else { return nil }
        let body = try await get(endpoint, headers: ["Authorization": "Bearer \(accessToken)"])
        return (try? JSONValue(parsing: body))?.object
    }

    private func get(_ url: String, headers: [String: String] = [:]) async throws -> [UInt8] {
        let headers = headers.merging(["Accept": "application/json"]) { first, _ in first }
        let answer = try await send("GET", url, headers: headers)
        guard answer.status == 200 else { throw OpenIDFailure.unavailable("\(url) answered \(answer.status)") }
        return answer.body
    }

    private func send(
        _ method: String, _ url: String, headers: [String: String], body: [UInt8]? = nil
    ) async throws -> WebServiceClient.Answer {
        do {
            return try await client.send(method, url, headers: headers, body: body)
        } catch let failure as TransportFailure {
            throw OpenIDFailure.unavailable("\(url) can't be reached: \(failure)")
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8], of title: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw OpenIDFailure.invalid("the \(title) can't be read: \(error)")
        }
    }
}
