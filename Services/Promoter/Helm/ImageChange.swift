import KubernetesClient
import PreviewDomain

/// What changes in an application's rendered objects when its version does: shows it, and proves that it is nothing but
/// the image.
struct ImageChange: Sendable {
    /// The image's registry and repository.
    let repository: String
    let from: String
    let to: String

    /// A difference between two renderings.
    struct Difference: Equatable {
        /// `Kind/name`.
        let object: String
        /// The path in the object, such as `spec.template.spec.containers[0].image`.
        let path: String
        let old: JSONValue?
        let new: JSONValue?
    }

    /// Every difference between two renderings, in the objects' order.
    static func differences(from old: [JSONValue], to new: [JSONValue]) -> [Difference] {
        let (before, after) = (byName(old), byName(new))
        return Set(before.keys).union(after.keys).sorted().flatMap { name -> [Difference] in
            var differences: [Difference] = []
            compare(before[name], after[name], path: "", object: name, into: &differences)
            return differences
        }
    }

    /// Whether a difference is the change of the image, or of the label that repeats its version.
    func explains(_ difference: Difference) -> Bool {
        guard let old = difference.old.string, let new = difference.new.string else { return false }
        if difference.path.hasSuffix(".image") {
            let (before, after) = (ImageReference(old), ImageReference(new))
            return before.repository == repository && after.repository == repository && before.version == from
                && after.version == to
        }
        return difference.path.hasSuffix("labels.app.kubernetes.io/version") && old == from && new == to
    }

    /// The differences as a unified diff without context.
    static func text(of differences: [Difference]) -> String {
        var lines: [String] = []
        var object = ""
        for difference in differences {
            if difference.object != object {
                object = difference.object
                lines += ["--- \(object)", "+++ \(object)"]
            }
            lines.append("@@ \(difference.path) @@")
            if let old = difference.old { lines.append("-\(old.string ?? old.description)") }
            if let new = difference.new { lines.append("+\(new.string ?? new.description)") }
        }
        return lines.joined(separator: "\n")
    }

    private static func byName(_ objects: [JSONValue]) -> [String: JSONValue] {
        var named: [String: JSONValue] = [:]
        for object in objects {
            named["\(object["kind"].string ?? "?")/\(object["metadata"]["name"].string ?? "?")"] = object
        }
        return named
    }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, path: String, object: String, into differences: inout [Difference]
    ) {
        if old == new { return }
        switch (old, new) {
        case (.object(let before), .object(let after)):
            for key in Set(before.keys).union(after.keys).sorted() {
                compare(
                    before[key], after[key], path: path.isEmpty ? key : "\(path).\(key)", object: object,
                    into: &differences)
            }
        case (.array(let before), .array(let after)) where before.count == after.count:
            for index in before.indices {
                compare(before[index], after[index], path: "\(path)[\(index)]", object: object, into: &differences)
            }
        default: differences.append(Difference(object: object, path: path, old: old, new: new))
        }
    }
}
