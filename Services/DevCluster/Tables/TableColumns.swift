import KubernetesClient

/// The columns of each kind, as kubectl's users know them.
enum TableColumns {
    static func columns(for view: KindView) -> [TableColumn] {
        if let definition = view.kind.definition {
            return custom(definition.version(view.version)?.columns ?? [])
        }
        return builtIn[view.kind] ?? [name, age]
    }

    static let name = TableColumn("Name", format: "name") { $0["metadata"]["name"] ?? "" }
    static let age = TableColumn("Age") { HumanDuration.age($0["metadata"]["creationTimestamp"]) }
    private static let created = TableColumn("Created At", type: "date") {
        $0["metadata"]["creationTimestamp"] ?? ""
    }

    /// A column whose cell is the text or number at a path.
    static func value(
        _ name: String, type: String = "string", priority: Int = 0, absent: JSONValue = "<none>", _ path: String...
    ) -> TableColumn {
        TableColumn(name, type: type, priority: priority) { object in
            let found = path.reduce(Optional(object)) { $0[$1] }
            return found.map { $0.isEmptyValue ? absent : $0 } ?? absent
        }
    }

    static func containers(_ path: String...) -> [TableColumn] {
        @Sendable func list(_ field: String, _ object: JSONValue) -> JSONValue {
            let spec = path.reduce(Optional(object)) { $0[$1] }
            return .string((spec["containers"].array ?? []).compactMap { $0[field].string }.joined(separator: ","))
        }
        return [
            TableColumn("Containers", priority: 1) { list("name", $0) },
            TableColumn("Images", priority: 1) { list("image", $0) },
        ]
    }

    static let selector = TableColumn("Selector", priority: 1) { object in
        guard let selector = object["spec"]["selector"] else { return "<none>" }
        return selectorText(selector)
    }

    static func selectorText(_ selector: JSONValue?) -> JSONValue {
        let isPlain = selector["matchLabels"] == nil && selector["matchExpressions"] == nil
        let text = LabelSelector(isPlain ? ["matchLabels": selector ?? [:]] : selector)?.text ?? ""
        return .string(text.isEmpty ? "<none>" : text)
    }

    static func replicas(_ name: String, _ section: String, _ field: String) -> TableColumn {
        value(name, type: "integer", absent: 0, section, field)
    }

    private static let template = containers("spec", "template", "spec")

    private static let builtIn: [ResourceKind: [TableColumn]] = [
        .namespaces: [name, value("Status", "status", "phase"), age],
        .pods: [
            name, TableColumn("Ready", PodCells.ready), TableColumn("Status", PodCells.status),
            TableColumn("Restarts", PodCells.restarts), age, value("IP", priority: 1, "status", "podIP"),
            value("Node", priority: 1, "spec", "nodeName"),
            value("Nominated Node", priority: 1, "status", "nominatedNodeName"),
            TableColumn("Readiness Gates", priority: 1) { _ in "<none>" },
        ],
        .services: [
            name, value("Type", "spec", "type"), value("Cluster-IP", "spec", "clusterIP"),
            TableColumn("External-IP", ServiceCells.external), TableColumn("Port(s)", ServiceCells.ports), age,
            selector,
        ],
        .endpoints: [name, TableColumn("Endpoints", ServiceCells.endpoints), age],
        .endpointSlices: [
            name, value("AddressType", "addressType"), TableColumn("Ports", ServiceCells.slicePorts),
            TableColumn("Endpoints", ServiceCells.sliceAddresses), age,
        ],
        .secrets: [
            name, value("Type", "type"), TableColumn("Data") { JSONValue($0["data"].object?.count ?? 0) }, age,
        ],
        .configMaps: [
            name,
            TableColumn("Data") {
                JSONValue(($0["data"].object?.count ?? 0) + ($0["binaryData"].object?.count ?? 0))
            }, age,
        ],
        .resourceQuotas: [
            name, TableColumn("Request") { QuotaCells.usage($0, limits: false) },
            TableColumn("Limit") { QuotaCells.usage($0, limits: true) }, age,
        ],
        .limitRanges: [name, created],
        .customResourceDefinitions: [name, created],
        .roles: [name, created],
        .clusterRoles: [name, created],
        .roleBindings: [name, TableColumn("Role", BindingCells.role), age] + BindingCells.subjects,
        .clusterRoleBindings: [name, TableColumn("Role", BindingCells.role), age] + BindingCells.subjects,
        .events: EventCells.columns,
        .nodes: NodeCells.columns,
        .persistentVolumeClaims: [
            name, value("Status", "status", "phase"), value("Volume", absent: "", "spec", "volumeName"),
            value("Capacity", absent: "", "status", "capacity", "storage"),
            TableColumn("Access Modes") { VolumeCells.modes($0["status"]["accessModes"]) },
            value("StorageClass", absent: "", "spec", "storageClassName"),
            value("VolumeAttributesClass", absent: "<unset>", "spec", "volumeAttributesClassName"), age,
            value("VolumeMode", priority: 1, absent: "<unset>", "spec", "volumeMode"),
        ],
        .persistentVolumes: [
            name, value("Capacity", absent: "", "spec", "capacity", "storage"),
            TableColumn("Access Modes") { VolumeCells.modes($0["spec"]["accessModes"]) },
            value("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"), value("Status", "status", "phase"),
            TableColumn("Claim", VolumeCells.claim), value("StorageClass", absent: "", "spec", "storageClassName"),
            value("VolumeAttributesClass", absent: "<unset>", "spec", "volumeAttributesClassName"),
            value("Reason", absent: "", "status", "reason"), age,
            value("VolumeMode", priority: 1, absent: "<unset>", "spec", "volumeMode"),
        ],
        .deployments: [
            name, TableColumn("Ready", WorkloadCells.ready),
            // Numbers in columns of strings: so Kubernetes has them.
            value("Up-to-date", absent: 0, "status", "updatedReplicas"),
            value("Available", absent: 0, "status", "availableReplicas"), age,
        ] + template + [selector],
        .replicaSets: [
            name, replicas("Desired", "spec", "replicas"), replicas("Current", "status", "replicas"),
            replicas("Ready", "status", "readyReplicas"), age,
        ] + template + [selector],
        .replicationControllers: [
            name, replicas("Desired", "spec", "replicas"), replicas("Current", "status", "replicas"),
            replicas("Ready", "status", "readyReplicas"), age,
        ] + template + [selector],
        .statefulSets: [name, TableColumn("Ready", WorkloadCells.ready), age] + template,
        .daemonSets: [
            name, replicas("Desired", "status", "desiredNumberScheduled"),
            replicas("Current", "status", "currentNumberScheduled"), replicas("Ready", "status", "numberReady"),
            replicas("Up-to-date", "status", "updatedNumberScheduled"),
            replicas("Available", "status", "numberAvailable"),
            TableColumn("Node Selector") { selectorText($0["spec"]["template"]["spec"]["nodeSelector"]) }, age,
        ] + template + [selector],
        .controllerRevisions: [
            name, TableColumn("Controller", WorkloadCells.controller),
            value("Revision", type: "integer", absent: 0, "revision"), age,
        ],
        .jobs: [
            name, TableColumn("Status", JobCells.status), TableColumn("Completions", JobCells.completions),
            TableColumn("Duration", JobCells.duration), age,
        ] + template + [selector],
        .cronJobs: [
            name, value("Schedule", "spec", "schedule"), value("Timezone", "spec", "timeZone"),
            value("Suspend", type: "boolean", absent: false, "spec", "suspend"),
            TableColumn("Active", type: "integer") { JSONValue($0["status"]["active"].array?.count ?? 0) },
            TableColumn("Last Schedule") {
                $0["status"]["lastScheduleTime"] == nil
                    ? "<none>" : HumanDuration.age($0["status"]["lastScheduleTime"])
            }, age,
        ] + containers("spec", "jobTemplate", "spec", "template", "spec") + [
            TableColumn("Selector", priority: 1) { selectorText($0["spec"]["jobTemplate"]["spec"]["selector"]) }
        ],
        .ingresses: [
            name, value("Class", "spec", "ingressClassName"), TableColumn("Hosts", IngressCells.hosts),
            TableColumn("Address", IngressCells.address),
            TableColumn("Ports") { ($0["spec"]["tls"].array ?? []).isEmpty ? "80" : "80, 443" }, age,
        ],
        .ingressClasses: [
            name, value("Controller", "spec", "controller"), TableColumn("Parameters", IngressCells.parameters), age,
        ],
        .networkPolicies: [
            name, TableColumn("Pod-Selector") { selectorText($0["spec"]["podSelector"]) }, age,
        ],
        .horizontalPodAutoscalers: [
            name, TableColumn("Reference", AutoscalerCells.reference),
            TableColumn("Targets", AutoscalerCells.targets),
            TableColumn("MinPods") { $0["spec"]["minReplicas"].int.map { .string(String($0)) } ?? "<unset>" },
            value("MaxPods", absent: 0, "spec", "maxReplicas"),
            value("Replicas", absent: 0, "status", "currentReplicas"), age,
        ],
        .podDisruptionBudgets: [
            name, value("Min Available", absent: "N/A", "spec", "minAvailable"),
            value("Max Unavailable", absent: "N/A", "spec", "maxUnavailable"),
            value("Allowed Disruptions", type: "integer", absent: 0, "status", "disruptionsAllowed"), age,
        ],
        .leases: [name, value("Holder", absent: "", "spec", "holderIdentity"), age],
        .storageClasses: [
            TableColumn("Name", format: "name", VolumeCells.className), value("Provisioner", "provisioner"),
            value("ReclaimPolicy", "reclaimPolicy"), value("VolumeBindingMode", "volumeBindingMode"),
            value("AllowVolumeExpansion", absent: false, "allowVolumeExpansion"), age,
        ],
        .priorityClasses: [
            name, value("Value", type: "integer", absent: 0, "value"),
            value("Global-Default", type: "boolean", absent: false, "globalDefault"), age,
            value("PreemptionPolicy", "preemptionPolicy"),
        ],
        .validatingWebhooks: [
            name, TableColumn("Webhooks", type: "integer") { JSONValue($0["webhooks"].array?.count ?? 0) }, age,
        ],
        .mutatingWebhooks: [
            name, TableColumn("Webhooks", type: "integer") { JSONValue($0["webhooks"].array?.count ?? 0) }, age,
        ],
    ]

    // MARK: Custom resources

    private static func custom(_ columns: [CustomResource.PrinterColumn]) -> [TableColumn] {
        guard !columns.isEmpty else {
            return [name, TableColumn("Age", type: "date") { HumanDuration.age($0["metadata"]["creationTimestamp"]) }]
        }
        return [name]
            + columns.map { column in
                let path = JSONPath(column.path)
                return TableColumn(
                    column.name, type: column.type, format: column.format, priority: column.priority,
                    description: column.description
                ) { object in
                    guard let found = path.first(in: object), found != .null else { return .null }
                    switch column.type {
                    case "date": return HumanDuration.age(found)
                    case "integer": return found.int.map { JSONValue($0) } ?? .null
                    case "number": return found.double == nil ? .null : found
                    case "boolean": return found.bool == nil ? .null : found
                    default: return found.string.map { .string($0) } ?? .string(found.description)
                    }
                }
            }
    }
}
