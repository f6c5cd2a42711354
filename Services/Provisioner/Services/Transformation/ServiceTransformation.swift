import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Makes an application's rendered objects what a preview asked for.
struct ServiceTransformation: Sendable {
    var preview: PreviewReference
    var service: ServiceSpecification
    var identity: ApplicationIdentity
    var environment: EnvironmentRewriter
    /// What the user typed, opened.
    var userVariables: [String: UserVariable]

    /// A variable that the user set.
    struct UserVariable: Sendable, Hashable {
        var value: String
        var isSecret: Bool
    }

    /// A service that is ready to be installed.
    struct Finished: Sendable {
        /// What Helm installs.
        var objects: [JSONValue]
        /// What must be there before: copies of the source's Secrets and ConfigMaps, and what hooks use.
        var prerequisites: [JSONValue]
        /// What was left out, and why, for people.
        var notes: [String]
        /// The Pod Security level that the pods allow.
        var podSecurity: PodSecurityLevel

        /// Everything that will be there.
        var all: [JSONValue] { prerequisites + objects }
    }

    /// Transforms the objects.
    func finish(_ rendered: [JSONValue]) -> Finished {
        var notes: [String] = []
        var objects: [JSONValue] = []
        for object in rendered {
            switch KindRules.verdict(
                on: object, sourceNamespace: service.application.namespace, previewNamespace: preview.namespace)
            {
            case .kept:
                let placed = Placement.placed(
                    object, from: service.application.namespace, into: preview.namespace)
                objects.append(Placement.asInstall(placed))
            case .dropped(let reason):
                guard let reason else { continue }
                let name = object["metadata"]["name"].string ?? ""
                notes.append("\(object["kind"].string ?? "Object") \(name) was left out: it \(reason).")
            }
        }
        ServiceAccounts.assign(in: &objects)
        var rewriter = environment
        rewriter.siblings.append(ownServices(objects))
        let rewritten = rewriter.rewrite(objects)
        objects = rewritten.objects
        notes += rewritten.missing.map { "\($0), which the pods use, is not in \(service.application.namespace)." }

        var generated = rewritten.generated
        let settings = WorkloadSettings(
            imageRepository: identity.imageRepository, mainWorkload: identity.mainWorkload, service: service,
            variables: variableEntries(&generated))
        for index in objects.indices { settings.apply(to: &objects[index]) }
        if let autoscaler = settings.autoscaler(namespace: preview.namespace) { objects.append(autoscaler) }
        if var alias = ServiceAlias.alias(named: service.name, for: identity.mainWorkload, among: objects) {
            alias["metadata"]["namespace"] = .string(preview.namespace)
            objects.append(alias)
        }
        var prerequisites = rewritten.copies
        if !generated.isEmpty {
            prerequisites.append(
                KeyedObject.secret(name: rewriter.generatedSecret, namespace: preview.namespace, texts: generated))
        }
        prerequisites += neededByHooks(objects)
        let labels = PreviewLabels.labels(for: preview, service: service.name)
        for index in objects.indices { ObjectLabels.put(labels, on: &objects[index]) }
        for index in prerequisites.indices { ObjectLabels.put(labels, on: &prerequisites[index]) }
        return Finished(
            objects: objects, prerequisites: prerequisites, notes: notes,
            podSecurity: PodSecurityLevel.allowed(by: objects.compactMap(PodTemplates.template)))
    }

    /// Hosts of the application's own Services lead to the copies, also where the chart wrote the namespace out.
    private func ownServices(_ objects: [JSONValue]) -> SiblingService {
        let names = objects.filter { $0["kind"].string == "Service" }.compactMap { $0["metadata"]["name"].string }
        return SiblingService(namespace: service.application.namespace, serviceNames: names)
    }

    private func variableEntries(_ generated: inout [String: String]) -> [JSONValue] {
        userVariables.sorted { $0.key < $1.key }.map { name, variable in
            guard variable.isSecret else { return ["name": .string(name), "value": .string(variable.value)] }
            let key = "user.\(name)"
            generated[key] = variable.value
            return EnvironmentRewriter.entry(name, secret: environment.generatedSecret, key: key)
        }
    }

    /// Hooks run before Helm makes the rest. What production has from an earlier install is made beforehand here.
    private func neededByHooks(_ objects: [JSONValue]) -> [JSONValue] {
        let hooks = objects.filter { !KindRules.hooks(of: $0).isEmpty }
        let used = ObjectReferences.names(in: hooks)
        let accounts = Set(
            hooks.compactMap { PodTemplates.template(of: $0)?["spec"]["serviceAccountName"].string })
        return objects.filter { object in
            guard KindRules.hooks(of: object).isEmpty, let name = object["metadata"]["name"].string else {
                return false
            }
            switch object["kind"].string {
            case "Secret": return used.secrets.contains(name)
            case "ConfigMap": return used.configMaps.contains(name)
            case "ServiceAccount": return accounts.contains(name)
            default: return false
            }
        }
    }
}
