import Configuration
import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// The OpenID provider at which people sign in.
///
/// - `oidc.issuer` (string): the provider's issuer; without it people sign in with tokens only.
/// - `oidc.name` (string, the issuer's host): what people know the provider as.
/// - `oidc.client.id` (string), `oidc.client.secret` (string, secret): of the gateway's registration at the provider.
/// - `oidc.client.authentication` (`basic`, `post`): how the secret is sent; what the provider says it takes, `basic`
///   before `post`, where it is missing.
/// - `oidc.scopes` (string, `openid profile email groups`): what is asked for.
/// - `oidc.groups.claim` (string, `groups`): where a person's groups are.
/// - `oidc.roles` (string): which groups have which role; see ``GroupRoles``.
/// - `oidc.session.hours` (1 to 24, 12): after how long people have to sign in again in any case, so that what groups
///   give and take away counts; ``SessionPolicy/providerLifetime``.
/// - `oidc.email.verified` (`required` or `assumed`, `required`): whether an e-mail address counts only where the
///   provider says that it verified it.
/// - `oidc.ca.file` (string): certificates to trust in PEM; the system's where it is missing.
struct OpenIDConfiguration: Sendable {
    var issuer: String
    /// What people know the provider as.
    var name: String
    var clientID: String
    var clientSecret: String?
    var authentication: ClientAuthentication?
    var scopes = "openid profile email groups"
    var groupsClaim = "groups"
    var roles = GroupRoles()
    var assumesVerifiedEmail = false
    var certificateAuthority: Data?

    /// How the gateway proves itself at the token endpoint.
    enum ClientAuthentication: String, Sendable {
        /// In the `Authorization` header (`client_secret_basic`).
        case basic
        /// In the form (`client_secret_post`).
        case post
    }

    init(issuer: String, clientID: String, clientSecret: String? = nil) {
        self.issuer = issuer
        name = URLComponents(string: issuer)?.host ?? issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
    }

    /// Reads and checks the settings; `nil` where no issuer is set.
    ///
    /// - Throws: `ConfigurationProblem` that names the key and what it has to be.
    init?(reader: ConfigReader) throws {
        guard let issuer = reader.string(forKey: "oidc.issuer"), !issuer.isEmpty else { return nil }
        guard Self.isTrustworthy(issuer) else {
            throw ConfigurationProblem(
                key: "oidc.issuer", problem: "\(issuer) is no https URL; http is for providers on this machine only")
        }
        let id = reader.string(forKey: "oidc.client.id", default: "")
        guard !id.isEmpty else {
            throw ConfigurationProblem(
                key: "oidc.client.id", problem: "is missing; register the gateway at \(issuer) and set the id")
        }
        let secret = reader.string(forKey: "oidc.client.secret", isSecret: true)
        self.init(issuer: issuer, clientID: id, clientSecret: secret.flatMap { $0.isEmpty ? nil : $0 })
        if let known = reader.string(forKey: "oidc.name"), !known.isEmpty { name = known }
        if let name = reader.string(forKey: "oidc.client.authentication"), !name.isEmpty {
            guard let known = ClientAuthentication(rawValue: name) else {
                throw ConfigurationProblem(
                    key: "oidc.client.authentication", problem: "\(name) is neither basic nor post")
            }
            authentication = known
        }
        scopes = reader.string(forKey: "oidc.scopes", default: scopes)
        guard scopes.split(separator: " ").contains("openid") else {
            throw ConfigurationProblem(key: "oidc.scopes", problem: "has no openid in it, which is what signing in is")
        }
        groupsClaim = reader.string(forKey: "oidc.groups.claim", default: groupsClaim)
        do {
            roles = try GroupRoles(reader.string(forKey: "oidc.roles", default: ""))
        } catch {
            throw ConfigurationProblem(key: "oidc.roles", problem: error.description)
        }
        let verified = reader.string(forKey: "oidc.email.verified", default: "required")
        guard ["required", "assumed"].contains(verified) else {
            throw ConfigurationProblem(
                key: "oidc.email.verified", problem: "\(verified) is neither required nor assumed")
        }
        assumesVerifiedEmail = verified == "assumed"
        if let path = reader.string(forKey: "oidc.ca.file"), !path.isEmpty {
            guard let data = try? Data(contentsOf: URL(filePath: path)), !data.isEmpty else {
                throw ConfigurationProblem(key: "oidc.ca.file", problem: "\(path) can't be read")
            }
            certificateAuthority = data
        }
    }

    /// Whether nobody between can read or change what goes to a URL.
    static func isTrustworthy(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else { return false }
        let isLocal = host == "localhost" || host == "[::1]" || IPAddress(host)?.bytes.first == 127
        return parts.scheme == "https" || (parts.scheme == "http" && isLocal)
    }
}
