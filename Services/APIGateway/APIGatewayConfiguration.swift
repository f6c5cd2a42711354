import Configuration
import Foundation
import PreviewDomain
import ServiceRuntime

/// What the gateway is told.
///
/// - `http.host` (string, `127.0.0.1`), `http.port` (int, 8080): where the REST API is served; port 0 takes any.
/// - `database.path` (string, `api-gateway.sqlite`): the database file.
/// - `base.domain` (string, `preview.localhost`): the domain under which previews answer.
/// - `address.scheme` (`http` or `https`, `https`), `address.port` (int, the scheme's own): of previews' addresses.
/// - `pull.request.url` (string, GitHub's): where pull requests are read, with `{repository}` and `{number}`.
/// - `bootstrap.token` (string, secret): the first admin's token; without it only stored tokens are accepted.
/// - `public.url` (string, `http://<http.host>:<http.port>`): where people reach the gateway with a browser.
/// - `http.trusted.proxies` (string): addresses and blocks, with commas, whose `X-Forwarded-For` is believed.
/// - `session.lifetime.hours` (12), `session.idle.minutes` (120): how long people stay signed in.
/// - `session.limit` (50): how many sessions one token or person may have; beyond it the one unused for longest ends.
/// - `stream.limit` (100): how many event streams may be open of one token or person.
/// - `oidc.…`: the provider at which people sign in; see ``OpenIDConfiguration``.
/// - `ready.deadline.seconds` (600), `database.deadline.seconds` (1800), `cleanup.deadline.seconds` (600).
/// - `max.active.previews` (5): per organization.
/// - `ttl.unit.seconds` (3600): how long an hour of the time to live lasts; shorter in demonstrations.
/// - `default.ttl.hours` (24).
/// - `price.cpu.hour` (0.04), `price.gib.hour` (0.005), `currency` (USD).
struct APIGatewayConfiguration: Sendable {
    var host = "127.0.0.1"
    var port = 8080
    var databasePath = "api-gateway.sqlite"
    var addresses = AddressFormat(baseDomain: "preview.localhost", scheme: "https")
    var pullRequests = PullRequestLinks()
    var bootstrapToken: String?
    var publicURL = PublicURL(host: "127.0.0.1", port: 8080)
    var trustedProxies = TrustedProxies()
    var sessions = SessionPolicy()
    var streamLimit = 100
    var openID: OpenIDConfiguration?
    var policy = PreviewPolicy()
    var limits = PreviewLimits()
    var quota = QuotaPolicy()
    var prices = PriceList()

    init() {}

    /// Reads and checks the settings.
    ///
    /// - Throws: `ConfigurationProblem` that names the key and what it has to be.
    init(reader: ConfigReader) throws {
        host = reader.string(forKey: "http.host", default: host)
        port = try reader.port("http.port", default: port)
        databasePath = reader.string(forKey: "database.path", default: databasePath)
        addresses.baseDomain = reader.string(forKey: "base.domain", default: addresses.baseDomain)
        addresses.scheme = reader.string(forKey: "address.scheme", default: addresses.scheme)
        guard ["http", "https"].contains(addresses.scheme) else {
            throw ConfigurationProblem(key: "address.scheme", problem: "is neither http nor https")
        }
        let own = addresses.scheme == "https" ? 443 : 80
        let port = try reader.port("address.port", default: own)
        addresses.port = port == own ? nil : port
        pullRequests.template = reader.string(forKey: "pull.request.url", default: pullRequests.template)
        guard pullRequests.template.hasPrefix("https://") || pullRequests.template.hasPrefix("http://") else {
            throw ConfigurationProblem(key: "pull.request.url", problem: "does not begin with https:// or http://")
        }
        bootstrapToken = reader.string(forKey: "bootstrap.token", isSecret: true).flatMap { $0.isEmpty ? nil : $0 }
        if let bootstrapToken, bootstrapToken.utf8.count < 16 {
            throw ConfigurationProblem(key: "bootstrap.token", problem: "has fewer than 16 characters; use a long one")
        }
        publicURL = try Self.publicURL(reader, default: PublicURL(host: host, port: self.port))
        do {
            trustedProxies = try TrustedProxies(reader.string(forKey: "http.trusted.proxies", default: ""))
        } catch {
            throw ConfigurationProblem(
                key: "http.trusted.proxies", problem: "\(error.piece) is no address and no block such as 10.0.0.0/8")
        }
        sessions.lifetime = 3600 * TimeInterval(try reader.number("session.lifetime.hours", default: 12, in: 1...720))
        sessions.idleLimit =
            60 * TimeInterval(try reader.number("session.idle.minutes", default: 120, in: 1...43_200))
        sessions.limit = try reader.number("session.limit", default: 50, in: 1...10_000)
        streamLimit = try reader.number("stream.limit", default: 100, in: 1...10_000)
        openID = try OpenIDConfiguration(reader: reader)
        sessions.providerLifetime =
            3600 * TimeInterval(try reader.number("oidc.session.hours", default: 12, in: 1...24))
        let seconds = 1...604_800
        policy.readyDeadline = TimeInterval(try reader.number("ready.deadline.seconds", default: 600, in: seconds))
        policy.databaseDeadline = TimeInterval(
            try reader.number("database.deadline.seconds", default: 1800, in: seconds))
        policy.cleanupDeadline = TimeInterval(
            try reader.number("cleanup.deadline.seconds", default: 600, in: seconds))
        quota.activePreviews = try reader.number("max.active.previews", default: 5, in: 1...1_000_000)
        limits.secondsPerHour = TimeInterval(try reader.number("ttl.unit.seconds", default: 3600, in: 1...3600))
        limits.defaultHours = try reader.number("default.ttl.hours", default: 24, in: limits.hours)
        prices.cpuHour = try Self.price(reader, "price.cpu.hour", default: prices.cpuHour)
        prices.gibHour = try Self.price(reader, "price.gib.hour", default: prices.gibHour)
        prices.currency = reader.string(forKey: "currency", default: prices.currency)
    }

    private static func publicURL(_ reader: ConfigReader, default fallback: PublicURL) throws -> PublicURL {
        guard let text = reader.string(forKey: "public.url"), !text.isEmpty else { return fallback }
        guard let url = PublicURL(text) else {
            throw ConfigurationProblem(
                key: "public.url", problem: "\(text) is no URL without a path, such as https://understudy.example.com")
        }
        return url
    }

    private static func price(_ reader: ConfigReader, _ key: ConfigKey, default fallback: Decimal) throws -> Decimal {
        guard let text = reader.string(forKey: key), !text.isEmpty else { return fallback }
        // Of a text that begins with a number, such as 0,04, Foundation reads that beginning.
        guard text.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) != nil, let price = Decimal(string: text) else {
            throw ConfigurationProblem(
                key: key.components.joined(separator: "."), problem: "\(text) is no price, such as 0.04")
        }
        return price
    }
}
