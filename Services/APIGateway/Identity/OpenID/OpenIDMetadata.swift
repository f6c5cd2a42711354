import Foundation

/// What a provider says of itself in its discovery document.
struct OpenIDMetadata: Decodable, Sendable, Hashable {
    var issuer: String
    var authorizationEndpoint: String
    var tokenEndpoint: String
    var userinfoEndpoint: String?
    var jwksURI: String
    var endSessionEndpoint: String?
    var tokenEndpointAuthMethods: [String]?
    var signingAlgorithms: [String]?

    enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case userinfoEndpoint = "userinfo_endpoint"
        case jwksURI = "jwks_uri"
        case endSessionEndpoint = "end_session_endpoint"
        case tokenEndpointAuthMethods = "token_endpoint_auth_methods_supported"
        case signingAlgorithms = "id_token_signing_alg_values_supported"
    }

    /// Checks that it is the provider that was meant, and that all of it is safe to talk to.
    ///
    /// - Throws: ``OpenIDFailure``.
    func check(issuer expected: String) throws(OpenIDFailure) {
        guard issuer == expected else {
            throw .invalid("the discovery document is of \(issuer), not of \(expected)")
        }
        let endpoints = [authorizationEndpoint, tokenEndpoint, jwksURI, userinfoEndpoint, endSessionEndpoint]
        for endpoint in endpoints.compactMap({ $0 }) where !OpenIDConfiguration.isTrustworthy(endpoint) {
            throw .invalid("the endpoint \(endpoint) is no https URL")
        }
    }
}

/// Why something could not be had from a provider, for the log.
enum OpenIDFailure: Error, Sendable, CustomStringConvertible {
    /// It could not be reached, or had trouble of its own; later it may work.
    case unavailable(String)
    /// It answered what can't be believed.
    case invalid(String)
    /// It refused the code: expired, used before, or of another client.
    case refused(String)

    var description: String {
        switch self {
        case .unavailable(let reason), .invalid(let reason), .refused(let reason): reason
        }
    }
}
