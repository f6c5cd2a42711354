import Foundation
import Helm
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain
import ServiceRuntime
import Synchronization
import TestSupport

@testable import Provisioner

/// An application with a migration, and a preview whose namespace is there and whose service is to be installed.
struct PairInstallation: Sendable {
    let fixture: ProvisionerFixture
    let preview: PreviewReference
    let access: ClusterAccess
    let record: DeploymentRecord
    let key: ServiceKey

    /// Installs the application in a production of its own, and asks for its service in a new preview.
    ///
    /// - Parameters:
    ///   - migration: what the previewed version's migration does, in the shell's words.
    ///   - helm: the kubeconfig of the provisioner's Helm; by default the cluster's own.
    init(migration: String, helm: String? = nil) async throws {
        fixture = try await ProvisionerFixture(helm: helm)
        let application = try MigratedApplication("pair", migration: migration, on: fixture.process)
        let production = "pair-\(application.version)"
        try await fixture.install(application.chart(), as: "pair", in: production)
        preview = fixture.preview()
        let provisioner = try fixture.provisioner(publisher: fixture.messages)
        access = try provisioner.clusters.named("local")
        try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
        let reference = ApplicationReference(namespace: production, name: "pair")
        let request = ServiceRequested(
            preview: preview,
            service: ServiceSpecification(
                name: "pair", application: reference, sourceVersion: "1", targetVersion: application.version,
                generation: preview.generation),
            databases: [], siblings: ["pair": reference])
        record = DeploymentRecord(request: request, message: "m")
        key = ServiceKey(cluster: "local", namespace: preview.namespace, service: "pair")
        _ = try await access.apply(try record.requestObject())
    }

    /// What another provisioner has, with Helm processes of its own.
    func anotherAccess() throws -> ClusterAccess {
        try fixture.provisioner(publisher: fixture.messages).clusters.named("local")
    }

    /// What is noted about the end of the work.
    var outcome: DeploymentRecord.Outcome? {
        get async throws { try await access.deploymentRecord(of: "pair", in: preview.namespace)?.outcome }
    }

    func deployment(
        _ settings: DeploymentSettings = DeploymentSettings(), publisher: (any MessagePublishing)? = nil,
        expect: @escaping @Sendable (ServiceKey) -> Void = { _ in }
    ) -> ServiceDeployment {
        ServiceDeployment(
            facts: FactPublisher(publisher: publisher ?? fixture.messages), sealingKey: SealingKey(),
            settings: settings, patience: HealthPatience(), logger: Logger(label: "test"), reportAgain: { _ in },
            expect: expect)
    }

    /// Sees a deployment through as the reconciler does, and returns why it had to be repeated.
    func settle(_ deployment: ServiceDeployment? = nil, on other: ClusterAccess? = nil) async throws -> [String] {
        let deployment = deployment ?? self.deployment()
        var errors: [String] = []
        while errors.count < 5 {
            do {
                guard case .after(let pause) = try await deployment.advance(key, on: other ?? access) else {
                    return errors
                }
                try await Task.sleep(for: pause)
            } catch let error as any ClassifiedFailure {
                errors.append("\(error)")
            }
        }
        return errors
    }
}
