public import KubernetesClient

/// Kubernetes objects as a stream of YAML documents.
public enum ManifestDocuments {
    /// The objects of a stream, in order; empty documents are left out and lists are taken apart.
    ///
    /// Values are read as Kubernetes reads them: `on` is true, `0x1F` is a number, `22:22` and dates are texts.
    ///
    /// - Throws: ``ManifestError`` where the text is no YAML.
    public static func objects(in text: String) throws(ManifestError) -> [JSONValue] {
        var objects: [JSONValue] = []
        do throws(YAMLParsingError) {
            for value in try JSONValue.documents(yaml: text) {
                if value["kind"].string == "List", let items = value["items"].array {
                    objects += items
                } else if value.object?.isEmpty == false {
                    objects.append(value)
                }
            }
        } catch {
            throw ManifestError(description: "the manifest is not YAML that can be read: \(error)")
        }
        return objects
    }

    /// The objects as a stream of documents; JSON, which is YAML.
    public static func text(of objects: [JSONValue]) -> String {
        objects.map { "---\n\(escaped($0.description))\n" }.joined()
    }

    /// JSON with those characters escaped that YAML takes for line breaks or does not allow.
    private static func escaped(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: isEscaped) else { return json }
        var text = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            guard isEscaped(scalar) else {
                text.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            text.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        return String(text)
    }

    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: true
        default: false
        }
    }
}

/// Why a manifest cannot be read.
public struct ManifestError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    public let description: String
}
