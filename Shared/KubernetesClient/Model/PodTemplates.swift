/// Where a kind of object keeps the pods that it makes.
public enum PodTemplates {
    private static let paths: [String: [String]] = [
        "Pod": [],
        "Deployment": ["spec", "template"], "StatefulSet": ["spec", "template"], "DaemonSet": ["spec", "template"],
        "ReplicaSet": ["spec", "template"], "Job": ["spec", "template"],
        "CronJob": ["spec", "jobTemplate", "spec", "template"],
    ]

    /// Whether objects of the kind make pods.
    public static func areMade(by kind: String) -> Bool { paths[kind] != nil }

    /// Changes the pod template (`metadata` and `spec`) of an object, where it has one.
    public static func change(in object: inout JSONValue, _ change: (inout JSONValue) throws -> Void) rethrows {
        guard let path = object["kind"].string.flatMap({ paths[$0] }) else { return }
        try descend(&object, path[...], change)
    }

    /// The pod template of an object, where it has one.
    public static func template(of object: JSONValue) -> JSONValue? {
        guard let path = object["kind"].string.flatMap({ paths[$0] }) else { return nil }
        return path.reduce(object as JSONValue?) { $0[$1] }
    }

    /// The containers of a pod template, init containers first.
    public static func containers(of template: JSONValue) -> [JSONValue] {
        containerLists.flatMap { template["spec"][$0].array ?? [] }
    }

    /// Changes each container of a pod template, init containers first.
    public static func changeContainers(
        of template: inout JSONValue, _ change: (inout JSONValue) throws -> Void
    ) rethrows {
        for list in containerLists {
            guard var containers = template["spec"][list].array else { continue }
            for index in containers.indices { try change(&containers[index]) }
            template["spec"][list] = .array(containers)
        }
    }

    private static let containerLists = ["initContainers", "containers"]

    private static func descend(
        _ value: inout JSONValue, _ path: ArraySlice<String>, _ change: (inout JSONValue) throws -> Void
    ) rethrows {
        guard let key = path.first else { return try change(&value) }
        guard var inner = value[key] else { return }
        try descend(&inner, path.dropFirst(), change)
        value[key] = inner
    }
}
