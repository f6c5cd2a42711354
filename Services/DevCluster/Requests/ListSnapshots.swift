import Foundation
import KubernetesClient
import Synchronization

/// Where the next page of a list begins; opaque to clients.
struct ContinueToken: Sendable {
    /// The version of the first page; -1 goes on with what there is now.
    var resourceVersion: Int
    var namespace: String
    var name: String

    init(resourceVersion: Int, namespace: String, name: String) {
        self.resourceVersion = resourceVersion
        self.namespace = namespace
        self.name = name
    }

    init(_ text: String) throws(APIError) {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.utf8.count % 4 != 0 { padded += "=" }
        guard let data = Data(base64Encoded: padded), let value = try? JSONValue(parsing: data),
            let version = value["rv"].int, let start = value["start"].string
        else { throw .badRequest("continue key is not valid: illegal base64 data") }
        resourceVersion = version
        let parts = start.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        namespace = parts.count == 2 ? String(parts[0]) : ""
        name = String(parts[parts.count - 1].prefix { $0 != "\0" })
    }

    var text: String {
        let value: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .int(Int64(resourceVersion)), "start": .string("\(namespace)/\(name)\u{0}"),
        ]
        let base64 = Data(value.encoded).base64EncodedString()
        return base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The index of the first object after this place.
    func start(in objects: [StoredObject]) -> Int {
        objects.firstIndex { object in
            let metadata = object.value["metadata"]
            return (metadata["namespace"].string ?? "", metadata["name"].string ?? "") > (namespace, name)
        } ?? objects.count
    }
}

/// The lists that clients are paging through, each as it was at its first page.
final class ListSnapshots: Sendable {
    private struct Snapshot {
        var name: String
        var version: Int
        var objects: [StoredObject]
        var time: Double
    }

    private let kept = Mutex<[Snapshot]>([])

    func keep(_ objects: [StoredObject], of name: String, version: Int) {
        let now = Moment.secondsSinceEpoch()
        kept.withLock { kept in
            kept.removeAll { now - $0.time > 300 }
            guard !kept.contains(where: { $0.name == name && $0.version == version }) else { return }
            if kept.count >= 64 { kept.removeFirst() }
            kept.append(Snapshot(name: name, version: version, objects: objects, time: now))
        }
    }

    func find(_ name: String, version: Int) -> [StoredObject]? {
        kept.withLock { kept in kept.last { $0.name == name && $0.version == version }?.objects }
    }
}
