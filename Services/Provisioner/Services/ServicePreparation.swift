import Foundation
import KubernetesClient
import PreviewDomain

/// Gathers all that a service is made from and makes it, without changing anything on the cluster.
struct ServicePreparation: Sendable {
    let access: ClusterAccess
    let sealingKey: SealingKey

    func prepare(_ request: ServiceRequested) async throws -> ServiceTransformation.Finished {
        let preview = request.preview
        let reference = request.service.application
        let variables = try sealingKey.open(request.service.variables)
        let databaseNamespaces = Set(request.databases.map(\.database.source.namespace)).union([reference.namespace])
        async let siblings = access.siblings(request.siblings)
        async let known = access.knownDatabases(in: databaseNamespaces)

        async let account = access.client.get(.serviceAccounts, name: "default", namespace: reference.namespace)

        let source = try await access.sourceApplication(reference)
        var rendered = try await access.render(source, for: preview)
        if let secrets = try await account?["imagePullSecrets"] {
            ServiceAccounts.givePullSecrets(secrets, to: &rendered)
        }
        let used = ObjectReferences.names(in: rendered)
        async let secrets = access.objects(.secrets, used.secrets, in: reference.namespace)
        async let configMaps = access.objects(.configMaps, used.configMaps, in: reference.namespace)
        let databases = try await known
        let clones = try await access.clones(request.databases, known: databases, in: preview.namespace)
        let cloned = Set(clones.map(\.source.reference))
        let environment = EnvironmentRewriter(
            sourceNamespace: reference.namespace, previewNamespace: preview.namespace, databases: clones,
            otherDatabases: databases.filter { !cloned.contains($0.reference) }, siblings: try await siblings,
            sourceSecrets: try await secrets, sourceConfigMaps: try await configMaps,
            generatedSecret: DNSLabel.joining(request.service.name, "understudy"))
        return ServiceTransformation(
            preview: preview, service: request.service, identity: source.identity, environment: environment,
            userVariables: variables
        ).finish(rendered)
    }
}
