import Configuration
import Logging
import Testing

@testable import ServiceRuntime

@Suite struct ConfigurationTests {
    private func reader(_ environment: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    @Test func `keys are read from the environment, with defaults`() throws {
        let settings = try RuntimeConfiguration(
            reader: reader(["LOG_LEVEL": "debug", "LOG_FORMAT": "text", "ADMIN_PORT": "0"]))
        #expect(settings.logLevel == .debug)
        #expect(!settings.logsJSON)
        #expect(settings.adminPort == 0)
        #expect(settings.adminHost == "127.0.0.1")
        #expect(try RuntimeConfiguration(reader: reader([:])).adminPort == 9090)
    }

    @Test(
        arguments: [
            (["LOG_LEVEL": "loud"], "LOG_LEVEL: loud is none of"),
            (["LOG_FORMAT": "xml"], "LOG_FORMAT: xml is neither json nor text"),
            (["ADMIN_PORT": "70000"], "ADMIN_PORT: 70000 is not a whole number from 0 to 65535"),
            (["ADMIN_PORT": "many"], "ADMIN_PORT: many is not a whole number"),
        ])
    func `a wrong setting is named with what would be right`(environment: [String: String], text: String) {
        #expect { try RuntimeConfiguration(reader: reader(environment)) } throws: { "\($0)".hasPrefix(text) }
    }

    @Test func `a missing setting is named with an example`() {
        #expect { try reader([:]).required("amqp.url", example: "amqp://host") } throws: {
            "\($0)" == "AMQP_URL: is not set; for example amqp://host"
        }
    }
}
