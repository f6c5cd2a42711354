import KubernetesClient

/// A kind as one request sees it: under one of its groups and versions.
struct KindView: Sendable {
    let kind: ResourceKind
    let group: String
    let version: String
    let schema: Schema?
    private let conversion: Conversion?

    private enum Conversion: Sendable {
        /// Custom resources without a webhook: only the version's name changes.
        case version
        case event
        case autoscaler
    }

    init(_ kind: ResourceKind, group: String, version: String, kinds: KindRegistry) {
        self.kind = kind
        self.group = group
        self.version = version
        schema =
            group == "events.k8s.io"
            ? EventConversion.schema : kinds.schema(for: kind, version: version)
        if group == "events.k8s.io" {
            conversion = .event
        } else if kind == .horizontalPodAutoscalers, version != kind.version {
            conversion = .autoscaler
        } else {
            conversion = version == kind.version ? nil : .version
        }
    }

    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// An object as this view shows it.
    func present(_ stored: StoredObject) -> JSONValue {
        conversion == nil && kind.definition == nil ? stored.value : present(stored.value)
    }

    func present(_ object: JSONValue) -> JSONValue {
        var shown = object
        switch conversion {
        case .event: shown = EventConversion.present(object)
        case .autoscaler: shown = AutoscalerConversion.present(object)
        case .version, nil: break
        }
        shown["apiVersion"] = .string(apiVersion)
        // Older custom resources are read with the defaults of the definition in force.
        if kind.definition != nil { schema?.applyDefaults(to: &shown) }
        return shown
    }

    /// As `present`, encoded as an item of a list: those of built-in kinds do not say what they are.
    func encodedItem(_ stored: StoredObject) -> [UInt8] {
        guard kind.definition == nil else { return encoded(stored) }
        guard conversion == nil else {
            var item = present(stored.value)
            item["kind"] = nil
            item["apiVersion"] = nil
            return item.encoded
        }
        return stored.encodedItem
    }

    /// As `present`, encoded; the stored bytes where nothing differs.
    func encoded(_ stored: StoredObject) -> [UInt8] {
        guard conversion == nil else { return present(stored.value).encoded }
        guard kind.definition != nil else { return stored.encoded }
        let shown = present(stored.value)
        return shown == stored.value ? stored.encoded : shown.encoded
    }

    /// A client's object as it is stored.
    func store(_ object: JSONValue) -> JSONValue {
        switch conversion {
        case .event: EventConversion.store(object)
        case .autoscaler: AutoscalerConversion.store(object)
        case .version, nil: object
        }
    }
}

/// `events.k8s.io/v1` is another view of the same events.
enum EventConversion {
    private static let renamed = [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ]

    static let schema: Schema? = {
        guard var fields = BuiltInTypes.schema(kind: "Event")?.fields else { return nil }
        for (name, stored) in renamed {
            fields[name] = fields[stored]
            fields[stored] = nil
        }
        return Schema(.object, fields: fields)
    }()

    static func present(_ object: JSONValue) -> JSONValue {
        var shown = object
        for (name, stored) in renamed {
            shown[name] = object[stored]
            shown[stored] = nil
        }
        return shown
    }

    static func store(_ object: JSONValue) -> JSONValue {
        var stored = object
        for (name, other) in renamed {
            stored[name] = nil
            stored[other] = object[name]
        }
        return stored
    }
}

/// `autoscaling/v1` knows one target: the average use of the processor.
enum AutoscalerConversion {
    static func present(_ object: JSONValue) -> JSONValue {
        var shown = object
        let metrics = object["spec"]["metrics"].array ?? []
        shown["spec"]["metrics"] = nil
        shown["spec"]["behavior"] = nil
        let processor = metrics.first { $0["resource"]["name"].string == "cpu" }
        if let target = processor["resource"]["target"]["averageUtilization"] {
            shown["spec"]["targetCPUUtilizationPercentage"] = target
        }
        let current = (object["status"]["currentMetrics"].array ?? []).first { $0["resource"]["name"].string == "cpu" }
        shown["status"]["currentMetrics"] = nil
        shown["status"]["conditions"] = nil
        if let used = current["resource"]["current"]["averageUtilization"] {
            shown["status"]["currentCPUUtilizationPercentage"] = used
        }
        return shown
    }

    static func store(_ object: JSONValue) -> JSONValue {
        var stored = object
        if let target = object["spec"]["targetCPUUtilizationPercentage"] {
            stored["spec"]["targetCPUUtilizationPercentage"] = nil
            stored["spec"]["metrics"] = [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": target]],
                ]
            ]
        }
        return stored
    }
}
