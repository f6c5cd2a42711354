import KubernetesClient

/// Checks whole objects: the usual mistakes, in the words in which Kubernetes reports them.
enum Validation {
    static func problems(_ object: JSONValue, kind: ResourceKind) -> [FieldProblem] {
        MetadataValidation.problems(object, kind: kind) + specific(object, kind: kind)
    }

    private static func specific(_ object: JSONValue, kind: ResourceKind) -> [FieldProblem] {
        let spec = object["spec"]
        switch kind {
        case .pods: return PodValidation.problems(spec, at: "spec")
        case .deployments, .replicaSets, .statefulSets, .daemonSets: return workload(object)
        case .jobs:
            return template(spec["template"], at: "spec.template", restartPolicies: ["OnFailure", "Never"])
                + ["parallelism", "completions", "backoffLimit"].flatMap { count(spec[$0], "spec.\($0)") }
        case .cronJobs:
            var found = template(
                spec["jobTemplate"]["spec"]["template"], at: "spec.jobTemplate.spec.template",
                restartPolicies: ["OnFailure", "Never"])
            let fields = (spec["schedule"].string ?? "").split(separator: " ")
            if fields.count != 5, fields.first?.hasPrefix("@") != true {
                found.append(
                    .invalid(
                        "spec.schedule", spec["schedule"] ?? "", "Expected exactly 5 fields, found \(fields.count)"))
            }
            return found
        case .services: return NetworkValidation.service(object)
        case .ingresses: return NetworkValidation.ingress(object)
        case .configMaps, .secrets: return data(object, kind: kind)
        case .resourceQuotas: return quota(object)
        case .horizontalPodAutoscalers: return autoscaler(spec)
        case .persistentVolumeClaims: return claim(spec)
        case .roleBindings, .clusterRoleBindings:
            return (object["roleRef"]["name"].string ?? "").isEmpty ? [.required("roleRef.name")] : []
        case .customResourceDefinitions: return DefinitionValidation.problems(object)
        default: return []
        }
    }

    private static func count(_ value: JSONValue?, _ field: String) -> [FieldProblem] {
        guard let value, let number = value.int, number < 0 else { return [] }
        return [.invalid(field, value, "must be greater than or equal to 0")]
    }

    private static func workload(_ object: JSONValue) -> [FieldProblem] {
        let spec = object["spec"]
        var found = count(spec["replicas"], "spec.replicas")
        let selector = LabelSelector(spec["selector"])
        let labels = spec["template"]["metadata"]["labels"]
        if spec["selector"] == nil {
            found.append(.required("spec.selector"))
        } else if let selector, selector.isEmpty {
            found.append(
                .invalid("spec.selector", spec["selector"] ?? [:], "empty selector is invalid for deployment"))
        }
        if let selector, !selector.isEmpty, !selector.matches(labels.object) {
            found.append(
                .invalid(
                    "spec.template.metadata.labels", labels ?? .null, "`selector` does not match template `labels`"))
        }
        let claims = (spec["volumeClaimTemplates"].array ?? []).compactMap { $0["metadata"]["name"].string }
        found += template(spec["template"], at: "spec.template", restartPolicies: ["Always"], claims: claims)
        if spec["strategy"]["type"].string == "Recreate", spec["strategy"]["rollingUpdate"] != nil {
            found.append(
                .forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"))
        }
        return found
    }

    private static func template(
        _ template: JSONValue?, at path: String, restartPolicies: [String], claims: [String] = []
    ) -> [FieldProblem] {
        MetadataValidation.labels(template["metadata"]["labels"], field: "\(path).labels")
            + PodValidation.problems(
                template["spec"], at: "\(path).spec", restartPolicies: restartPolicies, claims: claims)
    }

    private static func data(_ object: JSONValue, kind: ResourceKind) -> [FieldProblem] {
        var found: [FieldProblem] = []
        var size = 0
        for field in ["data", "binaryData"] {
            for (key, value) in object[field].object ?? [:] {
                let isValid =
                    !key.isEmpty && key.utf8.count <= 253 && key != "." && key != ".."
                    && key.utf8.allSatisfy { byte in
                        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                            || "-_.".utf8.contains(byte)
                    }
                if !isValid {
                    found.append(
                        .invalid(
                            "\(field)[\(key)]", .string(key),
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                                + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                                + "'[-._a-zA-Z0-9]+')"))
                }
                let bytes = value.string?.utf8.count ?? 0
                size += kind == .secrets || field == "binaryData" ? bytes / 4 * 3 : bytes
            }
        }
        if size > 1_048_576 { found.append(.tooLong(kind == .secrets ? "data" : "[]", limit: 1_048_576)) }
        return found
    }

    private static func quota(_ object: JSONValue) -> [FieldProblem] {
        (object["spec"]["hard"].object ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
            guard let amount = Quantity(value), amount >= .zero else {
                return .invalid("spec.hard[\(name)]", value, "must be greater than or equal to 0")
            }
            return nil
        }
    }

    private static func autoscaler(_ spec: JSONValue?) -> [FieldProblem] {
        var found: [FieldProblem] = []
        let most = spec["maxReplicas"].int ?? 0
        let least = spec["minReplicas"].int ?? 1
        if most < 1 { found.append(.invalid("spec.maxReplicas", JSONValue(most), "must be greater than 0")) }
        if most < least {
            found.append(
                .invalid("spec.maxReplicas", JSONValue(most), "must be greater than or equal to `minReplicas`"))
        }
        for field in ["kind", "name"] where (spec["scaleTargetRef"][field].string ?? "").isEmpty {
            found.append(.required("spec.scaleTargetRef.\(field)"))
        }
        return found
    }

    private static func claim(_ spec: JSONValue?) -> [FieldProblem] {
        var found: [FieldProblem] = []
        if (spec["accessModes"].array ?? []).isEmpty {
            found.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        if spec["resources"]["requests"]["storage"] == nil { found.append(.required("spec.resources[storage]")) }
        return found
    }

    // MARK: Updates

    /// What of a change is not allowed.
    static func changeProblems(_ new: JSONValue, _ old: JSONValue, kind: ResourceKind) -> [FieldProblem] {
        var found: [FieldProblem] = []
        func immutable(_ path: String...) {
            let before = path.reduce(Optional(old)) { $0[$1] }
            let after = path.reduce(Optional(new)) { $0[$1] }
            if before != after {
                found.append(.invalid(path.joined(separator: "."), after ?? .null, "field is immutable"))
            }
        }
        switch kind {
        case .deployments, .replicaSets, .daemonSets: immutable("spec", "selector")
        case .statefulSets:
            let changeable: Set<String> = [
                "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
            ]
            let left = (old["spec"].object ?? [:]).filter { !changeable.contains($0.key) }
            let right = (new["spec"].object ?? [:]).filter { !changeable.contains($0.key) }
            if left != right {
                found.append(
                    .forbidden(
                        "spec",
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                            + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                            + "'minReadySeconds' are forbidden"))
            }
        case .jobs:
            immutable("spec", "selector")
            if old["spec"]["suspend"].bool != true { immutable("spec", "template") }
            immutable("spec", "completionMode")
        case .pods: found += pod(new, old)
        case .services:
            let before = old["spec"]["clusterIP"].string ?? ""
            let after = new["spec"]["clusterIP"].string ?? ""
            if !before.isEmpty, before != "None", after != before, new["spec"]["type"].string != "ExternalName" {
                found.append(
                    .invalid("spec.clusterIPs[0]", new["spec"]["clusterIPs"] ?? .null, "may not change once set"))
            }
        case .configMaps, .secrets:
            if old["immutable"].bool == true, new["data"] != old["data"] || new["immutable"].bool != true {
                found.append(.forbidden("data", "field is immutable when `immutable` is set"))
            }
            if kind == .secrets { immutable("type") }
        case .roleBindings, .clusterRoleBindings:
            if old["roleRef"] != new["roleRef"] {
                found.append(.invalid("roleRef", new["roleRef"] ?? .null, "cannot change roleRef"))
            }
        case .persistentVolumeClaims:
            for field in ["accessModes", "storageClassName", "volumeMode", "selector"]
            where old["spec"][field] != nil && old["spec"][field] != new["spec"][field] {
                found.append(
                    .forbidden("spec", "spec is immutable after creation except resources.requests and volumeName"))
            }
        case .customResourceDefinitions:
            immutable("spec", "group")
            immutable("spec", "scope")
        default: break
        }
        return found
    }

    /// Of a running pod little may change.
    private static func pod(_ new: JSONValue, _ old: JSONValue) -> [FieldProblem] {
        func reduced(_ pod: JSONValue) -> JSONValue {
            var spec = pod["spec"] ?? [:]
            for field in [
                "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName",
                "ephemeralContainers",
                "schedulingGates", "resources",
            ] {
                spec[field] = nil
            }
            for list in ["containers", "initContainers"] {
                guard let containers = spec[list].array else { continue }
                spec[list] = .array(
                    containers.map { container in
                        var container = container
                        container["image"] = nil
                        container["resources"] = nil
                        return container
                    })
            }
            return spec
        }
        guard reduced(new) != reduced(old) else { return [] }
        return [
            .forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
        ]
    }
}
