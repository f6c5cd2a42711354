import Crypto
import Foundation
import KubernetesClient

/// Who sent a request.
struct User: Sendable, Equatable {
    var name: String
    var uid = ""
    var groups: [String]

    static let admin = User(name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])

    var isAdmin: Bool { groups.contains("system:masters") }
}

/// Tells users by bearer tokens: the administrator's own, and signed ones of service accounts.
struct Authenticator: Sendable {
    let adminToken: String
    private let key: SymmetricKey

    /// - Parameters:
    ///   - adminToken: the token that may do everything.
    ///   - secret: signs the tokens of service accounts; keep it as long as they are to last.
    init(adminToken: String, secret: [UInt8]) {
        self.adminToken = adminToken
        key = SymmetricKey(data: secret)
    }

    func authenticate(_ request: APIRequest, store: ObjectStore) throws(APIError) -> User {
        let header = request.headers["authorization"]
        let token = header.flatMap { $0.dropPrefix("Bearer ") }?.trimmed ?? request.tokenInPath
        guard let token, var user = user(token: token, store: store) else {
            throw APIError(code: 401, reason: "Unauthorized", message: "Unauthorized")
        }
        guard let name = request.headers["impersonate-user"] else { return user }
        guard user.isAdmin else {
            throw APIError(
                code: 403, reason: "Forbidden",
                message: "users \"\(name)\" is forbidden: User \"\(user.name)\" cannot impersonate resource \"users\"")
        }
        user = User(name: name, groups: ["system:authenticated"])
        if let group = request.headers["impersonate-group"] { user.groups.append(group) }
        return user
    }

    /// The user of a token; `nil` when it is not valid.
    func user(token: String, store: ObjectStore) -> User? {
        if token == adminToken { return .admin }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Data(base64URL: parts[2]), let payload = Data(base64URL: parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: Data("\(parts[0]).\(parts[1])".utf8), using: key),
            let claims = try? JSONValue(parsing: payload), let expiry = claims["exp"].int,
            Double(expiry) > Moment.secondsSinceEpoch()
        else { return nil }
        let account = claims["kubernetes.io"]
        guard let namespace = account["namespace"].string, let name = account["serviceaccount"]["name"].string,
            let uid = account["serviceaccount"]["uid"].string,
            store.get(ObjectKey(.serviceAccounts, namespace: namespace, name: name))?["metadata"]["uid"].string == uid
        else { return nil }
        return User(
            name: "system:serviceaccount:\(namespace):\(name)", uid: uid,
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"])
    }

    /// A token for a service account, valid until it expires or the account goes.
    func token(namespace: String, serviceAccount: String, uid: String, expiry: Int) -> String {
        let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
        let claims: JSONValue = [
            "iss": "dev-cluster", "aud": ["https://kubernetes.default.svc"], "exp": .int(Int64(expiry)),
            "iat": .int(Int64(Moment.secondsSinceEpoch())),
            "sub": .string("system:serviceaccount:\(namespace):\(serviceAccount)"),
            "kubernetes.io": [
                "namespace": .string(namespace),
                "serviceaccount": ["name": .string(serviceAccount), "uid": .string(uid)],
            ],
        ]
        let signed = Data(header.encoded).base64URL + "." + Data(claims.encoded).base64URL
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        return signed + "." + Data(code).base64URL
    }
}

extension Data {
    /// Base64 for URLs, without padding.
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    fileprivate init?(base64URL text: Substring) {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.utf8.count % 4 != 0 { padded += "=" }
        self.init(base64Encoded: String(padded))
    }
}
