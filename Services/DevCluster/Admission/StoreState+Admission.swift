import KubernetesClient

extension StoreState {
    /// Fills in defaults of a new object and checks it.
    func admit(creating object: inout JSONValue, key: ObjectKey, options: WriteOptions) throws(APIError) {
        fillDefaults(&object, kind: key.kind)
        switch key.kind {
        case .namespaces: object["spec"]["finalizers"] = ["kubernetes"]
        case .jobs: selectOwnPods(&object)
        case .services:
            assignFamilies(&object)
            try assignAddresses(&object)
        case .ingresses: assignIngressClass(&object)
        case .persistentVolumeClaims: assignStorageClass(&object)
        case .customResourceDefinitions: accept(&object)
        case .pods: if options.isAdmitted { try admit(pod: &object, key: key) }
        default: break
        }
        try validate(object, key: key)
        if options.isAdmitted { try requireQuota(for: object, replacing: nil, key: key) }
    }

    /// Fills in defaults of a changed object and checks the change.
    func admit(
        updating object: inout JSONValue, from old: JSONValue, key: ObjectKey, subresource: Subresource,
        options: WriteOptions
    ) throws(APIError) {
        if key.kind == .namespaces, subresource != .finalize {
            object["spec"]["finalizers"] = old["spec"]["finalizers"]
        }
        guard subresource != .status || key.kind.definition != nil else { return }
        if key.kind == .services {
            try keepAddresses(&object, old)
            assignFamilies(&object)
        }
        if key.kind == .jobs, object["spec"]["selector"] == nil { selectOwnPods(&object) }
        if key.kind == .customResourceDefinitions { accept(&object) }
        // An object that is going away may be cleaned up whatever its form.
        if object["metadata"]["deletionTimestamp"] != nil, object["spec"] == old["spec"] { return }
        var problems = Validation.changeProblems(object, old, kind: key.kind)
        problems = self.problems(object, replacing: old, key: key) + problems
        guard problems.isEmpty else { throw .invalid(key.kind, key.name, problems) }
        if options.isAdmitted { try requireQuota(for: object, replacing: old, key: key) }
    }

    func fillDefaults(_ object: inout JSONValue, kind: ResourceKind) {
        let schema = kinds.schema(for: kind)
        if kind.definition != nil { schema?.dropNulls(in: &object) }
        schema?.applyDefaults(to: &object)
        if kind.definition == nil { Defaults.apply(&object, kind: kind) }
    }

    /// Marks a Job's pods with its identity, and lets it select those.
    private func selectOwnPods(_ job: inout JSONValue) {
        guard job["spec"]["manualSelector"].bool != true, job["spec"]["selector"] == nil,
            let uid = job["metadata"]["uid"]
        else { return }
        let name = job["metadata"]["name"] ?? ""
        for label in ["batch.kubernetes.io/controller-uid", "controller-uid"] {
            job["spec"]["template"]["metadata"]["labels"][label] = uid
        }
        for label in ["batch.kubernetes.io/job-name", "job-name"] {
            job["spec"]["template"]["metadata"]["labels"][label] = name
        }
        job["spec"]["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]]
    }

    private func validate(_ object: JSONValue, key: ObjectKey) throws(APIError) {
        let problems = problems(object, key: key)
        guard problems.isEmpty else { throw .invalid(key.kind, key.name, problems) }
    }

    private func problems(
        _ object: JSONValue, replacing old: JSONValue? = nil, key: ObjectKey
    ) -> [FieldProblem] {
        guard key.kind.definition != nil else { return Validation.problems(object, kind: key.kind) }
        let problems = MetadataValidation.problems(object, kind: key.kind)
        guard let schema = kinds.schema(for: key.kind) else { return problems }
        let ofForm = schema.problems(with: object)
        guard schema.hasRules else { return problems + ofForm }
        // Rules may rely on the form; where it is broken, they are not asked.
        let breaking: [FieldProblem.Kind] = [.required, .notSupported, .tooLong, .tooMany, .typeInvalid]
        if ofForm.contains(where: { breaking.contains($0.kind) }) {
            return problems + ofForm + [
                .invalid(
                    "<nil>", .null,
                    "some validation rules were not checked because the object was invalid; correct the existing "
                        + "errors to complete validation")
            ]
        }
        return problems + ofForm + schema.ruleProblems(with: object, old: old)
    }

    // MARK: Network

    /// Gives a Service its address and node ports.
    private func assignAddresses(_ object: inout JSONValue) throws(APIError) {
        let type = object["spec"]["type"].string
        guard type != "ExternalName" else { return }
        if (object["spec"]["clusterIP"].string ?? "").isEmpty {
            object["spec"]["clusterIP"] = allocateServiceAddress().map { .string($0) }
        } else if let wanted = object["spec"]["clusterIP"].string, wanted != "None" {
            guard StringFormat.isIPv4(wanted) else {
                throw .invalid(
                    .services, object["metadata"]["name"].string ?? "",
                    [.invalid("spec.clusterIPs[0]", .string(wanted), "must be a valid IP address")])
            }
        }
        if let address = object["spec"]["clusterIP"] { object["spec"]["clusterIPs"] = [address] }
        assignNodePorts(&object)
    }

    private func assignFamilies(_ object: inout JSONValue) {
        guard object["spec"]["type"].string != "ExternalName" else { return }
        if object["spec"]["ipFamilies"] == nil { object["spec"]["ipFamilies"] = ["IPv4"] }
        if object["spec"]["ipFamilyPolicy"] == nil { object["spec"]["ipFamilyPolicy"] = "SingleStack" }
    }

    private func keepAddresses(_ object: inout JSONValue, _ old: JSONValue) throws(APIError) {
        let type = object["spec"]["type"].string
        if type == "ExternalName" {
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] {
                object["spec"][field] = nil
            }
            return
        }
        if (object["spec"]["clusterIP"].string ?? "").isEmpty { object["spec"]["clusterIP"] = old["spec"]["clusterIP"] }
        if (object["spec"]["clusterIPs"].array ?? []).isEmpty {
            object["spec"]["clusterIPs"] = old["spec"]["clusterIPs"]
        }
        if object["spec"]["clusterIP"] == nil { try assignAddresses(&object) }
        assignNodePorts(&object)
    }

    private func assignNodePorts(_ object: inout JSONValue) {
        guard ["NodePort", "LoadBalancer"].contains(object["spec"]["type"].string),
            let ports = object["spec"]["ports"].array
        else { return }
        var used = Set(
            objects(.services).flatMap { $0.object.value["spec"]["ports"].array ?? [] }.compactMap {
                $0["nodePort"].int
            })
        object["spec"]["ports"] = .array(
            ports.map { port in
                guard (port["nodePort"].int ?? 0) == 0,
                    let free = (30000...32767).first(where: { !used.contains($0) })
                else { return port }
                used.insert(free)
                var port = port
                port["nodePort"] = JSONValue(free)
                return port
            })
    }

    private func assignIngressClass(_ object: inout JSONValue) {
        let annotations = object["metadata"]["annotations"]
        guard object["spec"]["ingressClassName"] == nil, annotations["kubernetes.io/ingress.class"] == nil else {
            return
        }
        let mark = "ingressclass.kubernetes.io/is-default-class"
        let standard = objects(.ingressClasses).first {
            $0.object.value["metadata"]["annotations"][mark].string == "true"
        }
        if let standard { object["spec"]["ingressClassName"] = .string(standard.key.name) }
    }

    private func assignStorageClass(_ object: inout JSONValue) {
        guard object["spec"]["storageClassName"] == nil else { return }
        let mark = "storageclass.kubernetes.io/is-default-class"
        let standard = objects(.storageClasses).first {
            $0.object.value["metadata"]["annotations"][mark].string == "true"
        }
        if let standard { object["spec"]["storageClassName"] = .string(standard.key.name) }
    }

    // MARK: Pods

    private func admit(pod: inout JSONValue, key: ObjectKey) throws(APIError) {
        let namespace = key.namespace ?? ""
        if (pod["spec"]["serviceAccountName"].string ?? "").isEmpty {
            pod["spec"]["serviceAccountName"] = "default"
            pod["spec"]["serviceAccount"] = "default"
        }
        let account = pod["spec"]["serviceAccountName"].string ?? ""
        guard object(ObjectKey(.serviceAccounts, namespace: namespace, name: account)) != nil else {
            throw .forbidden(
                .pods, key.name,
                "error looking up service account \(namespace)/\(account): serviceaccount \"\(account)\" not found")
        }
        if let name = pod["spec"]["priorityClassName"].string, !name.isEmpty, !name.hasPrefix("system-") {
            guard let found = object(ObjectKey(.priorityClasses, namespace: nil, name: name)) else {
                throw .forbidden(.pods, key.name, "no PriorityClass with name \(name) was found")
            }
            pod["spec"]["priority"] = found.value["value"]
        }
        if pod["spec"]["enableServiceLinks"] == nil { pod["spec"]["enableServiceLinks"] = true }
        if pod["spec"]["priority"] == nil { pod["spec"]["priority"] = 0 }
        tolerateNodeTrouble(&pod)
        if pod["spec"]["preemptionPolicy"] == nil { pod["spec"]["preemptionPolicy"] = "PreemptLowerPriority" }
        try applyLimits(to: &pod, key: key)
        pod["status"]["qosClass"] = .string(QualityOfService.class(of: pod["spec"]))
    }

    /// A pod stays for five minutes on a node that is not ready or out of reach.
    private func tolerateNodeTrouble(_ pod: inout JSONValue) {
        var tolerations = pod["spec"]["tolerations"].array ?? []
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let isTolerated = tolerations.contains {
                ($0["key"].string ?? key) == key && ["NoExecute", "", nil].contains($0["effect"].string)
            }
            guard !isTolerated else { continue }
            tolerations.append([
                "key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            ])
        }
        pod["spec"]["tolerations"] = .array(tolerations)
    }

    // MARK: Definitions

    /// Accepts a definition's names where nobody else has them, and serves it.
    private func accept(_ object: inout JSONValue) {
        guard let definition = CustomResource(object) else { return }
        let conflict = kinds.nameConflict(of: definition)
        let names = object["spec"]["names"] ?? [:]
        var conditions = (object["status"]["conditions"].array ?? [])
        func set(_ type: String, _ status: Bool, _ reason: String, _ message: String) {
            let text: JSONValue = status ? "True" : "False"
            if let index = conditions.firstIndex(where: { $0["type"].string == type }) {
                guard conditions[index]["status"] != text else { return }
                conditions.remove(at: index)
            }
            conditions.append([
                "type": .string(type), "status": text, "reason": .string(reason), "message": .string(message),
                "lastTransitionTime": .string(Moment.now()),
            ])
        }
        if let conflict {
            set("NamesAccepted", false, conflict.reason, conflict.message)
            set("Established", false, "NotAccepted", "not all names are accepted")
            object["status"]["acceptedNames"] = ["plural": names["plural"] ?? "", "kind": ""]
        } else {
            set("NamesAccepted", true, "NoConflicts", "no conflicts found")
            set("Established", true, "InitialNamesAccepted", "the initial names have been accepted")
            object["status"]["acceptedNames"] = names
        }
        object["status"]["conditions"] = .array(conditions)
        var stored = (object["status"]["storedVersions"].array ?? []).compactMap(\.string)
        if let version = definition.storage?.name, !stored.contains(version) { stored.append(version) }
        object["status"]["storedVersions"] = JSONValue(stored)
    }
}

/// The class of service that a pod's resources give it.
enum QualityOfService {
    static func `class`(of spec: JSONValue?) -> String {
        let containers = (spec["containers"].array ?? []) + (spec["initContainers"].array ?? [])
        var isGuaranteed = !containers.isEmpty
        var hasAny = false
        for container in containers {
            let requests = container["resources"]["requests"]
            let limits = container["resources"]["limits"]
            if !(requests ?? [:]).isEmptyValue || !(limits ?? [:]).isEmptyValue { hasAny = true }
            for name in ["cpu", "memory"] {
                guard let limit = Quantity(limits[name]), Quantity(requests[name]) ?? limit == limit else {
                    isGuaranteed = false
                    continue
                }
            }
        }
        return isGuaranteed ? "Guaranteed" : hasAny ? "Burstable" : "BestEffort"
    }
}
