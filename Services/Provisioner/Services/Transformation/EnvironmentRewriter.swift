import KubernetesClient
import PreviewDomain

/// Makes everything that workloads are told lead to the preview: variables, Secrets and ConfigMaps.
///
/// Values are rewritten where they are: a literal in its container, a key in its Secret or ConfigMap, rendered or copied
/// from the source. The databases' own Secrets are never copied; the clones have theirs.
struct EnvironmentRewriter: Sendable {
    var sourceNamespace: String
    var previewNamespace: String
    var databases: [ClonedDatabase]
    /// Databases that are not cloned: their Secrets stay where they are as well.
    var otherDatabases: [KnownDatabase]
    var siblings: [SiblingService]
    /// The source's Secrets and ConfigMaps, as far as the workloads use them, by name.
    var sourceSecrets: [String: JSONValue]
    var sourceConfigMaps: [String: JSONValue]
    /// What the Secret is called that holds rewritten literals with a password in them.
    var generatedSecret: String

    /// What was made of an application's objects.
    struct Result: Sendable {
        /// The objects that were rendered, changed.
        var objects: [JSONValue]
        /// Copies of the source's Secrets and ConfigMaps, changed.
        var copies: [JSONValue]
        /// Texts for the generated Secret, by key.
        var generated: [String: String] = [:]
        /// Secrets and ConfigMaps that the workloads use and that are nowhere.
        var missing: [String] = []
    }

    /// Rewrites the objects.
    func rewrite(_ objects: [JSONValue]) -> Result {
        let used = ObjectReferences.names(in: objects)
        var keyed = KeyedObjects(rendered: objects)
        var result = Result(objects: objects, copies: [])
        for name in used.secrets.sorted() where !keyed.has(.secret, name) && !isDatabaseSecret(name) {
            if let secret = sourceSecrets[name], !isManagedSecret(secret) {
                keyed.add(copy(secret), as: .secret)
            } else if sourceSecrets[name] == nil {
                result.missing.append("Secret \(name)")
            }
        }
        for name in used.configMaps.sorted() where !keyed.has(.configMap, name) && name != "kube-root-ca.crt" {
            if let map = sourceConfigMaps[name] {
                keyed.add(copy(map), as: .configMap)
            } else {
                result.missing.append("ConfigMap \(name)")
            }
        }
        let originals = keyed
        for index in result.objects.indices {
            rewriteWorkload(&result.objects[index], originals, &keyed, &result.generated)
        }
        keyed.rewriteRest { texts in rest(texts) }
        result.objects = result.objects.map { keyed.current($0) ?? $0 }
        result.copies = keyed.added
        return result
    }

    private var analysis: VariableAnalysis {
        VariableAnalysis(namespace: sourceNamespace, databases: databases.map(\.source))
    }

    private func isDatabaseSecret(_ name: String) -> Bool {
        databases.contains { $0.cloneSecret(for: name) != nil }
            || otherDatabases.contains { $0.reference.namespace == sourceNamespace && $0.secrets.contains(name) }
    }

    /// Whether CloudNativePG keeps the Secret: it is production's, whatever its name.
    private func isManagedSecret(_ secret: JSONValue) -> Bool {
        secret["metadata"]["labels"]["cnpg.io/cluster"] != nil
            || (secret["metadata"]["ownerReferences"].array ?? []).contains {
                $0["kind"].string == "Cluster"
                    && KindRules.apiGroup($0["apiVersion"].string ?? "") == "postgresql.cnpg.io"
            }
    }

    private func copy(_ object: JSONValue) -> JSONValue {
        var copy = Placement.placed(object, from: sourceNamespace, into: previewNamespace)
        copy["immutable"] = nil
        copy["metadata"]["labels"] = nil
        copy["metadata"]["annotations"] = nil
        return copy
    }

    // MARK: Workloads

    private func rewriteWorkload(
        _ object: inout JSONValue, _ originals: KeyedObjects, _ keyed: inout KeyedObjects,
        _ generated: inout [String: String]
    ) {
        PodTemplates.change(in: &object) { template in
            PodTemplates.changeContainers(of: &template) { container in
                let located = ContainerVariables.all(
                    of: container,
                    secrets: { originals.texts(.secret, $0) ?? sourceSecrets[$0].map(KeyedObject.texts) },
                    configMaps: { originals.texts(.configMap, $0) })
                let findings = analysis.findings(for: located.map(\.variable))
                for (place, finding) in zip(located, findings) {
                    guard let value = rewritten(finding) else { continue }
                    if let reference = finding.variable.reference {
                        let kind: KeyedObjects.Kind = finding.variable.source == .secret ? .secret : .configMap
                        if keyed.set(value, kind, reference.name, reference.key) { continue }
                    }
                    guard let index = place.index else { continue }
                    container["env"][index] =
                        holdsPassword(finding)
                        ? entry(finding.variable, value, &generated)
                        : ["name": .string(finding.variable.name), "value": .string(value)]
                }
                for field in ["command", "args"] {
                    guard let words = container[field].array else { continue }
                    container[field] = .array(words.map { $0.string.map { .string(restText($0)) } ?? $0 })
                }
            }
        }
        ObjectReferences.renameSecrets(in: &object) { name in
            databases.lazy.compactMap { $0.cloneSecret(for: name) }.first ?? name
        }
    }

    private func rewritten(_ finding: VariableFinding) -> String? {
        guard let value = finding.variable.value, !finding.isDatabaseSecret else { return nil }
        if let text = leadingToClone(finding, password: { $0.target.password }) { return text == value ? nil : text }
        return siblingText(value)
    }

    /// The value of a variable that leads to a cloned database, leading to the clone.
    private func leadingToClone(_ finding: VariableFinding, password: (ClonedDatabase) -> String?) -> String? {
        guard let value = finding.variable.value, let role = finding.role,
            let database = databases.first(where: { $0.source.reference == finding.database })
        else { return nil }
        let target = database.target
        return VariableRewriter.rewrite(
            value, role: role, source: database.source, from: sourceNamespace,
            to: CloneTarget(
                host: target.host, port: target.port, user: target.user, password: password(database),
                database: target.database))
    }

    /// Whether the clone's password gets into the value, in whatever encoding: with another one it would differ.
    private func holdsPassword(_ finding: VariableFinding) -> Bool {
        leadingToClone(finding, password: { $0.target.password }) != leadingToClone(finding, password: { _ in "other" })
    }

    /// A literal with a password in it becomes a reference to the generated Secret.
    private func entry(_ variable: SourceVariable, _ value: String, _ generated: inout [String: String]) -> JSONValue {
        var key = variable.name
        if let other = generated[key], other != value { key = "\(variable.container).\(variable.name)" }
        generated[key] = value
        return Self.entry(variable.name, secret: generatedSecret, key: key)
    }

    /// A variable that takes its value from a Secret.
    static func entry(_ name: String, secret: String, key: String) -> JSONValue {
        [
            "name": .string(name),
            "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]],
        ]
    }

    // MARK: What no variable names

    /// Rewrites the keys of one Secret or ConfigMap that no variable led to, such as configuration files.
    private func rest(_ texts: [String: String]) -> [String: String] {
        let variables = texts.sorted { $0.key < $1.key }.map {
            SourceVariable(name: $0.key, container: "", source: .literal, value: $0.value)
        }
        var changed: [String: String] = [:]
        for finding in analysis.findings(for: variables) { changed[finding.variable.name] = rewritten(finding) }
        return changed
    }

    private func restText(_ text: String) -> String {
        rest(["argument": text])["argument"] ?? text
    }

    private func siblingText(_ value: String) -> String? {
        VariableRewriter.rewriteSiblings(value, siblings: siblings, previewNamespace: previewNamespace)
    }
}
