import KubernetesClient

/// A pod's own fields as its containers may ask for them: the downward API.
struct PodFields {
    let pod: JSONValue
    let podAddress: String

    /// The value at a path such as `metadata.name` or `metadata.labels['app']`; `nil` for a path that is not offered.
    func value(at path: String) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "metadata.labels": return Self.lines(pod.labels)
        case "metadata.annotations": return Self.lines(pod.annotations)
        case "spec.nodeName": return pod.spec["nodeName"]?.string ?? ""
        case "spec.serviceAccountName": return pod.spec["serviceAccountName"]?.string ?? "default"
        case "status.hostIP", "status.hostIPs": return "127.0.0.1"
        case "status.podIP", "status.podIPs": return podAddress
        default: break
        }
        for (prefix, values) in [("metadata.labels['", pod.labels), ("metadata.annotations['", pod.annotations)] {
            if path.hasPrefix(prefix), path.hasSuffix("']") {
                return values[String(path.dropFirst(prefix.count).dropLast(2))] ?? ""
            }
        }
        return nil
    }

    /// A request or limit in units of its divisor, rounded up.
    func resource(_ reference: JSONValue, of container: JSONValue) -> String {
        let parts = (reference["resource"]?.string ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "0" }
        let source = (reference["containerName"]?.string).flatMap { name in
            pod.spec["containers"]?.array?.first { $0["name"]?.string == name }
        }
        let value = Quantity.parse((source ?? container)["resources"][parts[0]][parts[1]]) ?? 0
        let given = Quantity.parse(reference["divisor"]) ?? 0
        let divisor = given == 0 ? 1 : given
        return String(Int((value / divisor).rounded(.up)))
    }

    private static func lines(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: "\n")
    }
}
