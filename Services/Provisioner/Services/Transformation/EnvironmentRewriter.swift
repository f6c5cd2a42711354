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
                $0["kind"].string == "Cluster" && KindRules.apiGroup($0["apiVersion"].string ?? "") == "postgresql.cnpg.io"
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
                    of: container, secrets: { originals.texts(.secret, $0) ?? sourceSecrets[$0].map(KeyedObject.texts) },
                    configMaps: { originals.texts(.configMap, $0) })
                let findings = analysis.findings(for: located.map(\.variable))
                for (place, finding) in zip(located, findings) {
                    guard let value = rewritten(finding) else { continue }
                    if let reference = finding.variable.reference {
                        let kind: KeyedObjects.Kind = finding.variable.source == .secret ? .secret : .configMap
                        if keyed.set(value, kind, reference.name, reference.key) { continue }
                    }
                    guard let index = place.index else { continue }
                    container["env"][index] = entry(finding.variable, value, &generated)
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
        guard let value = finding.variable.value else { return nil }
        if let reference = finding.database, let role = finding.role, !finding.isDatabaseSecret,
            let database = databases.first(where: { $0.source.reference == reference })
        {
            let text = VariableRewriter.rewrite(
                value, role: role, source: database.source, from: sourceNamespace, to: database.target)
            return text == value ? nil : text
        }
        guard !finding.isDatabaseSecret else { return nil }
        return siblingText(value)
    }

    /// A literal stays one unless it would show the clone's password.
    private func entry(_ variable: SourceVariable, _ value: String, _ generated: inout [String: String]) -> JSONValue {
        let isSecret = databases.contains { $0.target.password.map { !$0.isEmpty && value.contains($0) } ?? false }
        guard isSecret else { return ["name": .string(variable.name), "value": .string(value)] }
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
