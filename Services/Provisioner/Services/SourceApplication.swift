import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// An application as it runs in production: what a preview's copy is made from. It is read, never written.
struct SourceApplication: Sendable {
    var reference: ApplicationReference
    var identity: ApplicationIdentity
    var deployments: [JSONValue]
    /// The release that installed it, where Helm did.
    var release: HelmRelease?
}

extension ClusterAccess {
    /// Reads an application.
    func sourceApplication(_ reference: ApplicationReference) async throws -> SourceApplication {
        async let releases = client.list(
            .secrets, namespace: reference.namespace,
            labels: "\(HelmReleaseSecret.selector(release: reference.name)),status=deployed")
        let deployments = try await client.list(.deployments, namespace: reference.namespace).items.map(\.value)
            .filter { ApplicationIdentity.applicationName(of: $0) == reference.name }
        guard let identity = ApplicationIdentity(application: reference.name, deployments: deployments) else {
            throw ProvisioningError.applicationMissing(reference)
        }
        let isInstalledByHelm = deployments.contains {
            $0["metadata"]["annotations"]["meta.helm.sh/release-name"].string == reference.name
        }
        let secrets = try await releases.items.compactMap { HelmReleaseSecret($0.value) }
        return SourceApplication(
            reference: reference, identity: identity, deployments: deployments,
            release: isInstalledByHelm ? try secrets.newestDeployed?.decoded() : nil)
    }

    /// The application's objects for a preview's namespace, before anything is changed.
    func render(_ source: SourceApplication, for preview: PreviewReference) async throws -> [JSONValue] {
        guard let release = source.release else { return try await liveObjects(of: source) }
        guard release.chart.dependencies.isEmpty else {
            // Helm keeps no charts that a chart depends on; what they were rendered to is there.
            return try ManifestDocuments.objects(in: ([release.manifest] + release.hooks).joined(separator: "\n---\n"))
        }
        return try await helm.render(
            release.chart, values: release.values, release: release.name, namespace: preview.namespace,
            capabilities: try await discovery.capabilities())
    }

    /// Deployments and the Services that lead to them; what their pods use is copied by name.
    private func liveObjects(of source: SourceApplication) async throws -> [JSONValue] {
        let services = try await services(leadingTo: source.deployments, in: source.reference.namespace)
        let names = Set(
            source.deployments.compactMap { PodTemplates.template(of: $0)?["spec"]["serviceAccountName"].string })
        var objects = source.deployments + services
        for name in names.subtracting(["default"]).sorted() {
            if let account = try await client.get(.serviceAccounts, name: name, namespace: source.reference.namespace) {
                objects.append(account.value)
            }
        }
        return objects
    }

    /// The Services that select the pods of one of the Deployments.
    func services(leadingTo deployments: [JSONValue], in namespace: String) async throws -> [JSONValue] {
        let all = try await client.list(.services, namespace: namespace).items.map(\.value)
        return ServiceSelection.services(all, leadingTo: deployments)
    }
}

/// Which Services lead to which pods.
enum ServiceSelection {
    /// The Services that select the pods of one of the Deployments.
    static func services(_ services: [JSONValue], leadingTo deployments: [JSONValue]) -> [JSONValue] {
        let labels = deployments.compactMap { PodTemplates.template(of: $0)?["metadata"]["labels"].strings }
        return services.filter { service in
            guard let selector = service["spec"]["selector"].strings, !selector.isEmpty else { return false }
            return labels.contains { labels in selector.allSatisfy { labels[$0.key] == $0.value } }
        }
    }
}
