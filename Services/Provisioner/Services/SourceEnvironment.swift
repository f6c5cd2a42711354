import KubernetesClient
import PreviewDomain
import ServiceRuntime

extension ClusterAccess {
    /// The CloudNativePG clusters of some namespaces, with the passwords by which values are recognized.
    func knownDatabases(in namespaces: Set<String>) async throws -> [KnownDatabase] {
        try await withThrowingTaskGroup(of: [KnownDatabase].self) { group in
            for namespace in namespaces {
                group.addTask { try await knownDatabases(in: namespace) }
            }
            let all = try await group.reduce(into: []) { $0 += $1 }
            return all.sorted { $0.reference.description < $1.reference.description }
        }
    }

    private func knownDatabases(in namespace: String) async throws -> [KnownDatabase] {
        let databases: [KubernetesObject]
        do {
            databases = try await client.list(.postgresClusters, namespace: namespace).items
        } catch let error as KubernetesError where error.isNotFound {
            return []
        }
        var known: [KnownDatabase] = []
        for database in databases where database.labels[PreviewLabels.preview] == nil {
            var names: Set = ["\(database.name)-app", "\(database.name)-superuser"]
            for (_, bootstrap) in database.spec["bootstrap"].object ?? [:] {
                if let name = bootstrap["secret"]["name"].string { names.insert(name) }
            }
            var passwords: Set<String> = []
            for name in names {
                guard let secret = try await client.get(.secrets, name: name, namespace: namespace) else { continue }
                if let password = KeyedObject.texts(of: secret.value)["password"] { passwords.insert(password) }
            }
            known.append(
                KnownDatabase(
                    reference: .init(namespace: namespace, cluster: database.name), secrets: names, passwords: passwords
                ))
        }
        return known
    }

    /// The clones of a request, with the credentials that CloudNativePG made for them.
    func clones(_ bindings: [DatabaseBinding], known: [KnownDatabase], in namespace: String) async throws
        -> [ClonedDatabase]
    {
        var clones: [ClonedDatabase] = []
        for binding in bindings {
            let detail = binding.clone
            guard let secret = try await client.get(.secrets, name: detail.secret, namespace: namespace) else {
                throw ProvisioningError.cloneSecret(detail.secret)
            }
            let texts = KeyedObject.texts(of: secret.value)
            clones.append(
                ClonedDatabase(
                    source: known.first { $0.reference == binding.database.source }
                        ?? KnownDatabase(reference: binding.database.source),
                    cloneName: binding.database.name, secret: detail.secret,
                    target: CloneTarget(
                        host: detail.host, port: detail.port, user: texts["username"] ?? detail.owner,
                        password: texts["password"], database: detail.database)))
        }
        return clones
    }

    /// Names of the Kubernetes Services of the preview's other applications.
    func siblings(_ references: [String: ApplicationReference]) async throws -> [SiblingService] {
        try await withThrowingTaskGroup(of: SiblingService.self) { group in
            for (service, reference) in references {
                group.addTask {
                    let deployments = try await client.list(.deployments, namespace: reference.namespace).items
                        .map(\.value).filter { ApplicationIdentity.applicationName(of: $0) == reference.name }
                    let services = try await services(leadingTo: deployments, in: reference.namespace)
                    // A Service of the preview's own name is made where the application has none.
                    let names = Set(services.compactMap { $0["metadata"]["name"].string }).union([service])
                    return SiblingService(namespace: reference.namespace, serviceNames: names.sorted())
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The Secrets or ConfigMaps of these names.
    func objects(_ type: ResourceType, _ names: Set<String>, in namespace: String) async throws -> [String: JSONValue] {
        try await withThrowingTaskGroup(of: KubernetesObject?.self) { group in
            for name in names {
                group.addTask { try await client.get(type, name: name, namespace: namespace) }
            }
            return try await group.reduce(into: [:]) { found, object in
                guard var value = object?.value, let name = object?.name else { return }
                value["apiVersion"] = .string(type.apiVersion)
                value["kind"] = .string(type.kind)
                found[name] = value
            }
        }
    }
}
