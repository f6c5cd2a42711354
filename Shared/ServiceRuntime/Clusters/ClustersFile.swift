import Foundation
import KubernetesClient
import PreviewDomain

/// The file that names the clusters: YAML, a list `clusters`, each entry with its name, its credentials, and what
/// differs on it.
///
/// ```yaml
/// clusters:
///   - name: europe                        # a DNS label
///     kubeconfig: europe.kubeconfig       # relative to this file; or inCluster: true
///     context: admin                      # the kubeconfig's current one if not set
///     baseDomain: eu.preview.example.com  # these five as the services' own settings if not set
///     entry: https://10.0.0.7:8443
///     ingressClass: traefik
///     addressScheme: https
///     addressPort: 443
///     resources:                          # PreviewEnvironment resources
///       watch: true
///       organization: default
///       mirror: {namespace: previews}     # nowhere if not set
/// ```
struct ClustersFile: Sendable {
    /// One cluster, checked.
    struct Entry: Sendable, Hashable {
        var name: String
        /// The kubeconfig's path; `nil` for the service account of this pod.
        var kubeconfig: String?
        var context: String?
        var configuration: KubernetesConfiguration
        var addresses: ClusterAddresses
        var environments: ClusterEnvironments
    }

    let entries: [Entry]

    /// Reads and checks a file and the kubeconfigs that it names.
    ///
    /// - Throws: ``ClustersFileError`` with everything that is wrong.
    init(path: String) throws(ClustersFileError) {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw ClustersFileError(
                file: path, field: nil, problem: "the file does not exist or is not readable",
                remedy: "correct CLUSTERS_FILE, or make the file readable")
        }
        try self.init(yaml: String(decoding: content, as: UTF8.self), path: path)
    }

    /// Reads and checks a file's text.
    init(
        yaml: String, path: String,
        load: (_ kubeconfig: String?, _ context: String?) throws -> KubernetesConfiguration = {
            try KubernetesConfiguration.load(kubeconfig: $0, context: $1)
        }
    ) throws(ClustersFileError) {
        let documents: [JSONValue]
        do throws(YAMLParsingError) {
            documents = try JSONValue.documents(yaml: yaml)
        } catch {
            throw ClustersFileError(
                file: path, field: nil, problem: "this is no YAML (\(error))", remedy: "correct what it names")
        }
        let top = ClusterFields(documents.first ?? .null, place: "", file: path)
        let list = top.list("clusters", remedy: "write `clusters:` with an entry for each cluster below it")
        top.refuseUnknown()
        if documents.count > 1 {
            top.add(nil, "there is more than one document", "keep the first one only")
        }
        if list?.isEmpty == true {
            top.add("clusters", "the list is empty", "add an entry with name and kubeconfig")
        }
        var entries: [Entry] = []
        for (index, value) in (list ?? []).enumerated() {
            let name = value["name"].string.map { " (\($0))" } ?? ""
            let fields = ClusterFields(value, place: "clusters[\(index)]\(name)", problems: top.problems)
            guard let entry = Self.entry(fields, path: path, load: load) else { continue }
            if entries.contains(where: { $0.name == entry.name }) {
                fields.add("name", "another entry has the same name", "give each cluster a name of its own")
            }
            entries.append(entry)
        }
        if let error = top.problems.error { throw error }
        self.entries = entries
    }

    private static func entry(
        _ fields: ClusterFields, path: String,
        load: (_ kubeconfig: String?, _ context: String?) throws -> KubernetesConfiguration
    ) -> Entry? {
        guard fields.isObject else { return nil }
        let name = fields.name("name", of: "the cluster, such as europe", isRequired: true)
        let kubeconfig = fields.text("kubeconfig", example: "europe.kubeconfig").map { resolve($0, from: path) }
        let isInside = fields.flag("inCluster") ?? false
        let context = fields.text("context", example: "admin")
        if kubeconfig == nil, !isInside, !fields.has("kubeconfig") {
            fields.add(
                "kubeconfig", "there is nothing to reach the cluster by",
                "name a kubeconfig, or write inCluster: true for the cluster that this runs in")
        }
        if kubeconfig != nil, isInside {
            fields.add("inCluster", "there is a kubeconfig as well", "leave one of the two out")
        }
        if context != nil, isInside {
            fields.add("context", "inside a cluster there is no kubeconfig to have contexts", "leave it out")
        }
        let addresses = addresses(fields)
        let environments = environments(fields)
        fields.refuseUnknown()
        guard let name, kubeconfig != nil || isInside else { return nil }
        do {
            return Entry(
                name: name, kubeconfig: kubeconfig, context: context, configuration: try load(kubeconfig, context),
                addresses: addresses, environments: environments)
        } catch let error as KubernetesConfigurationError {
            let place = [error.file, error.field].compactMap { $0 }.joined(separator: ": ")
            fields.add(isInside ? "inCluster" : "kubeconfig", "\(place): \(error.problem)", error.remedy)
        } catch {
            fields.add(isInside ? "inCluster" : "kubeconfig", "\(error)", "correct what it names")
        }
        return nil
    }

    private static func addresses(_ fields: ClusterFields) -> ClusterAddresses {
        ClusterAddresses(
            baseDomain: fields.domain("baseDomain"), entry: fields.url("entry"),
            ingressClass: fields.text("ingressClass", example: "traefik"),
            scheme: fields.choice("addressScheme", among: ClusterAddresses.Scheme.self),
            port: fields.number("addressPort", in: 1...65535))
    }

    private static func environments(_ fields: ClusterFields) -> ClusterEnvironments {
        var environments = ClusterEnvironments()
        guard let resources = fields.object("resources") else { return environments }
        environments.isWatched = resources.flag("watch") ?? true
        if let name = resources.name("organization", of: "the organization, such as acme") {
            environments.organization = OrganizationName(rawValue: name) ?? .default
        }
        if let mirror = resources.object("mirror") {
            environments.mirrorNamespace = mirror.name(
                "namespace", of: "the namespace, such as previews", isRequired: true)
            mirror.refuseUnknown()
        }
        resources.refuseUnknown()
        return environments
    }

    private static func resolve(_ path: String, from file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).path
    }
}
