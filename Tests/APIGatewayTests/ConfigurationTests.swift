import Configuration
import Foundation
import PreviewDomain
import ServiceRuntime
import Testing

@testable import APIGateway

@Suite struct ConfigurationTests {
    private func configuration(_ values: [String: String]) throws -> APIGatewayConfiguration {
        try APIGatewayConfiguration(
            reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
    }

    @Test func `what is not set has its default`() throws {
        let read = try configuration(["BOOTSTRAP_TOKEN": ""])
        #expect(read.publicURL.description == "http://127.0.0.1:8080")
        #expect(read.bootstrapToken == nil)
        #expect(read.openID == nil)
        #expect(read.addresses.port == nil)
        #expect(read.prices.cpuHour == Decimal(string: "0.04"))
    }

    @Test func `a price is a number to its end`() throws {
        #expect(try configuration(["PRICE_CPU_HOUR": "1.25"]).prices.cpuHour == Decimal(string: "1.25"))
        #expect(try configuration(["PRICE_GIB_HOUR": "0"]).prices.gibHour == 0)
    }

    @Test(arguments: [
        ("PRICE_CPU_HOUR", "0,04"), ("PRICE_CPU_HOUR", "-1"), ("PRICE_GIB_HOUR", "0.04 USD"),
        ("ADDRESS_SCHEME", "ftp"), ("PULL_REQUEST_URL", "javascript:alert(1)"), ("BOOTSTRAP_TOKEN", "short"),
        ("PUBLIC_URL", "https://example.com/understudy"), ("HTTP_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("SESSION_LIFETIME_HOURS", "0"), ("DEFAULT_TTL_HOURS", "169"), ("OIDC_ISSUER", "http://login.example.com"),
    ])
    func `a setting that can't be used is named, before anything is done with it`(key: String, value: String) {
        let problem = #expect(throws: ConfigurationProblem.self) { try configuration([key: value]) }
        #expect(problem?.environmentVariable == key)
    }
}
