import KubernetesClient

/// A workload's `spec.template` and the Pods made of it.
struct PodTemplate: Sendable {
    private static let letters = Array("bcdfghjklmnpqrstvwxz2456789")

    var value: JSONValue

    init(_ value: JSONValue?) {
        self.value = value ?? [:]
    }

    var labels: [String: String] { value["metadata"]["labels"]?.strings ?? [:] }

    /// Ten characters that change when the template does, whatever the order of its members.
    var hash: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in value.serializedBytes() { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Self.text(hash, length: 10)
    }

    /// A Pod of this template.
    ///
    /// - Parameters:
    ///   - name: the full name, or `nil` for the owner's name with a random end.
    func pod(for owner: JSONValue, name: String? = nil, labels extra: [String: String] = [:]) -> JSONValue {
        var pod: JSONValue = ["apiVersion": "v1", "kind": "Pod", "spec": value["spec"] ?? [:]]
        var metadata: JSONValue = [
            "name": .string(name ?? Self.randomName(owner.name)), "namespace": .string(owner.namespace ?? "default"),
            "labels": JSONValue(labels.merging(extra) { $1 }), "ownerReferences": [owner.asController],
        ]
        if name == nil { metadata["generateName"] = .string("\(owner.name)-") }
        metadata["annotations"] = value["metadata"]["annotations"]
        metadata["finalizers"] = value["metadata"]["finalizers"]
        pod["metadata"] = metadata
        return pod
    }

    /// A name with a random end of five characters, shortened to a DNS label.
    static func randomName(_ base: String) -> String {
        "\(base.prefix(57))-\(text(UInt64.random(in: .min ... .max), length: 5))"
    }

    private static func text(_ number: UInt64, length: Int) -> String {
        var number = number
        var text = ""
        for _ in 0..<length {
            text.append(letters[Int(number % UInt64(letters.count))])
            number /= UInt64(letters.count)
        }
        return text
    }
}
