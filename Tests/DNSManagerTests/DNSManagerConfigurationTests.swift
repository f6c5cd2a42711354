import Configuration
import Shared
import Testing

@testable import DNSManager

@Suite struct DNSManagerConfigurationTests {
    private func configuration(_ values: [String: String]) throws -> DNSManagerConfiguration {
        try DNSManagerConfiguration(
            reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
    }

    @Test func `TLS on its usual port is the default`() throws {
        let settings = try configuration(["BASE_DOMAIN": "preview.example.com"])
        #expect(settings.scheme.url(host: "x") == "https://x")
        #expect(settings.entry.connectTo == nil)
    }

    @Test func `a developer's machine has its own port and entry point`() throws {
        let settings = try configuration([
            "BASE_DOMAIN": "preview.localhost", "ADDRESS_SCHEME": "http", "ADDRESS_PORT": "7401",
            "ENTRY_URL": "http://127.0.0.1:7401",
        ])
        #expect(settings.scheme.url(host: "x") == "http://x:7401")
        #expect(settings.entry.connectTo == "127.0.0.1:7401")
    }

    @Test(arguments: [
        ("http://10.0.0.7", "10.0.0.7:80"), ("https://10.0.0.7", "10.0.0.7:443"),
        ("https://entry.example.com:8443/", "entry.example.com:8443"),
    ])
    func `the entry point's port is its scheme's where it names none`(url: String, expected: String) throws {
        #expect(try EntryPoint(url: url).connectTo == expected)
    }

    @Test(arguments: [
        ("BASE_DOMAIN", "", "base.domain"), ("BASE_DOMAIN", "Preview.example.com", "base.domain"),
        ("BASE_DOMAIN", "preview..com", "base.domain"), ("ADDRESS_SCHEME", "ftp", "address.scheme"),
        ("ADDRESS_PORT", "0", "address.port"), ("ADDRESS_PORT", "x", "address.port"),
        ("ENTRY_URL", "127.0.0.1:80", "entry.url"), ("ADDRESS_PROVIDER", "powerdns", "address.provider"),
        ("ADDRESS_CA_FILE", "/nonexistent/ca.pem", "address.ca.file"), ("TLS_SECRET", "a/b/c", "tls.secret"),
        ("TLS_SECRET", "/b", "tls.secret"),
    ])
    func `a setting that can't be used is named`(variable: String, value: String, key: String) {
        var values = ["BASE_DOMAIN": "preview.example.com"]
        values[variable] = value
        let problem = #expect(throws: ConfigurationProblem.self) { try configuration(values) }
        #expect(problem?.key == key)
    }

    @Test func `a cluster has what the clusters file says of it, and else what all have`() throws {
        let settings = try configuration([
            "BASE_DOMAIN": "preview.example.com", "ENTRY_URL": "https://10.0.0.1", "INGRESS_CLASS": "nginx",
        ])
        let same = try settings.adapted(to: ClusterAddresses())
        #expect(same.scheme == settings.scheme)
        #expect(same.entry == settings.entry)
        let other = try settings.adapted(
            to: ClusterAddresses(
                baseDomain: "eu.example.com", entry: "http://10.0.0.2:8080", ingressClass: "traefik", scheme: .http,
                port: 8080))
        #expect(other.scheme.url(host: "x") == "http://x:8080")
        #expect(other.scheme.hosts.baseDomain == "eu.example.com")
        #expect(other.entry.connectTo == "10.0.0.2:8080")
        #expect((other.provider as? WildcardProvider)?.ingressClass == "traefik")
        #expect(try settings.adapted(to: ClusterAddresses(scheme: .http)).scheme.url(host: "x") == "http://x")
    }

    @Test func `no base domain is needed where every cluster has one`() throws {
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: [:]))
        let settings = try DNSManagerConfiguration(reader: reader, fallbackDomain: "eu.example.com")
        #expect(settings.scheme.hosts.baseDomain == "eu.example.com")
    }
}
