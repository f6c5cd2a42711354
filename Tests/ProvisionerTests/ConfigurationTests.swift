import Configuration
import ServiceRuntime
import Testing

@testable import Provisioner

@Suite struct ConfigurationTests {
    private func configuration(_ values: [String: String]) throws -> ProvisionerConfiguration {
        try ProvisionerConfiguration(
            reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
    }

    @Test(arguments: [
        ("HELM_PROCESSES", "0"), ("HELM_PROCESSES", "many"), ("HELM_HOOK_TIMEOUT_SECONDS", "5m"),
        ("HELM_HOOK_SILENCE_SECONDS", "-1"), ("HELM_STALE_SECONDS", "x"), ("DEPLOY_LOG_LINES", "all"),
        ("HEALTH_RESTARTS", "three"), ("HEALTH_RESYNC_SECONDS", "0"), ("HEALTH_SURROUNDINGS_GRACE_SECONDS", "1.5"),
        ("TOMBSTONE_KEEP_HOURS", "0"), ("NAMESPACE_QUOTA_CPU", "one"), ("NAMESPACE_QUOTA_STORAGE", "100 GB"),
        ("NAMESPACE_QUOTA_PODS", "0"), ("OUTSIDE_ADDRESSES", "10.0.0.0"),
    ])
    func `a setting that can't be used stops the start and is named`(variable: String, value: String) {
        let problem = #expect(throws: ConfigurationProblem.self) { try configuration([variable: value]) }
        #expect(problem?.environmentVariable == variable)
    }

    @Test func `settings are taken as they are written`() throws {
        let settings = try configuration([
            "HELM_PROCESSES": "3", "NAMESPACE_QUOTA_CPU": "1500m", "NAMESPACE_QUOTA_PODS": "7",
            "HEALTH_READINESS_SECONDS": "20", "HELM_HOOK_SILENCE_SECONDS": "40",
        ])
        #expect(settings.helmProcesses == 3 && settings.patience.readiness == 20)
        #expect(settings.namespaces.quotaCPU == "1500m" && settings.namespaces.quotaPods == 7)
        #expect(settings.deployments.hookSilence == .seconds(40))
    }
}
