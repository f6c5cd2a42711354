import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Finds the applications of a namespace. Pure: it sees secret values and lets none of them out.
struct ApplicationFinder: Sendable {
    var cluster: String
    var namespace: String
    var databases: [KnownDatabase]
    /// Texts of Secrets and ConfigMaps by name and key.
    var secrets: [String: [String: String]]
    var configMaps: [String: [String: String]]
    /// The namespace's own annotations.
    var annotations: [String: String] = [:]

    func applications(in deployments: [JSONValue], services: [JSONValue]) -> [Application] {
        let named = deployments.compactMap { deployment in
            ApplicationIdentity.applicationName(of: deployment).map { ($0, deployment) }
        }
        return Dictionary(grouping: named, by: \.0).sorted { $0.key < $1.key }.compactMap { name, members in
            application(name, members.map(\.1), services)
        }
    }

    private func application(_ name: String, _ deployments: [JSONValue], _ services: [JSONValue]) -> Application? {
        guard let identity = ApplicationIdentity(application: name, deployments: deployments),
            let main = deployments.first(where: { $0["metadata"]["name"].string == identity.mainWorkload })
        else { return nil }
        let findings = deployments.flatMap(findings)
        let isHelm = deployments.contains {
            $0["metadata"]["annotations"]["meta.helm.sh/release-name"].string == name
        }
        let annotated = deployments.flatMap { annotatedDatabases($0) }
        let found = Set(findings.compactMap(\.database)).union(annotated)
        return Application(
            cluster: cluster, namespace: namespace, name: name, currentVersion: identity.image.version,
            image: identity.image.description, replicas: main["spec"]["replicas"].int ?? 1,
            managedBy: isHelm ? .helm : .manifest, databases: found.sorted { $0.description < $1.description },
            variables: findings.map(catalogued).uniqued(),
            serviceNames: ServiceSelection.services(services, leadingTo: deployments)
                .compactMap { $0["metadata"]["name"].string }.sorted(),
            repositories: repositories(of: deployments),
            problem: DNSLabel.isValid(name) ? nil : "Its name \(name) is no DNS label.")
    }

    private func findings(in deployment: JSONValue) -> [VariableFinding] {
        guard let template = PodTemplates.template(of: deployment) else { return [] }
        let variables = PodTemplates.containers(of: template).flatMap { container in
            ContainerVariables.all(of: container, secrets: { secrets[$0] }, configMaps: { configMaps[$0] })
                .map(\.variable)
        }
        return VariableAnalysis(namespace: namespace, databases: databases).findings(for: variables)
    }

    /// What the catalogue says of a variable. A literal or ConfigMap value with a password in it is as secret as one
    /// that comes from a Secret.
    private func catalogued(_ finding: VariableFinding) -> ApplicationVariable {
        var variable = finding.catalogued
        guard let value = variable.value else { return variable }
        let passwords = databases.reduce(into: Set<String>()) { $0.formUnion($1.passwords) }
        let holdsPassword = passwords.contains { !$0.isEmpty && value.contains($0) }
        if holdsPassword || finding.role == .password || Self.holdsCredentials(value) { variable.value = nil }
        return variable
    }

    /// Whether a URL in the value carries a password, or a parameter of it is one. A number after the colon is a port.
    private static func holdsCredentials(_ value: String) -> Bool {
        value.contains("@") && value.contains(/:\/\/[^\/@:?#\s]*:(?!\d+[\/?#])[^@\s]*@/)
            || value.contains("=") && value.contains(/(?:^|[?&;\s])(?:password|passwd|pwd)=[^&;\s]/.ignoresCase())
    }

    /// The repositories that the Deployments name, or else their namespace.
    private func repositories(of deployments: [JSONValue]) -> [String] {
        let own = deployments.flatMap {
            Self.list($0["metadata"]["annotations"][CatalogueAnnotation.repository].string)
        }
        let all = own.isEmpty ? Self.list(annotations[CatalogueAnnotation.repository]) : own
        return Set(all).sorted()
    }

    /// The entries of a comma-separated list.
    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
    }

    private func annotatedDatabases(_ deployment: JSONValue) -> [DatabaseReference] {
        Self.list(deployment["metadata"]["annotations"][CatalogueAnnotation.database].string).map { name in
            let parts = name.split(separator: "/").map(String.init)
            return parts.count == 2
                ? DatabaseReference(namespace: parts[0], cluster: parts[1])
                : DatabaseReference(namespace: namespace, cluster: name)
        }
    }
}
