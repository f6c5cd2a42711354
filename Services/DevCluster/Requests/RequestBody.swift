import KubernetesClient

/// Reads the body of a request into the JSON that it stands for.
enum RequestBody {
    static func decode(_ request: APIRequest) throws(APIError) -> JSONValue {
        let type = (request.headers["content-type"] ?? "").prefix { $0 != ";" }
        switch String(type).trimmed {
        case "", "application/json", "*/*": return try json(request.body)
        case "application/yaml", "application/x-yaml", "text/yaml": return try yaml(request.body)
        case "application/vnd.kubernetes.protobuf": return try ProtobufDecoder.decode(request.body)
        default:
            throw APIError(
                code: 415, reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml, application/vnd.kubernetes.protobuf")
        }
    }

    static func json(_ bytes: [UInt8]) throws(APIError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .badRequest("the object provided is unrecognized (must be of type JSON): \(error)")
        }
    }

    /// JSON is YAML too; what is no JSON is read as YAML.
    static func yaml(_ bytes: [UInt8]) throws(APIError) -> JSONValue {
        if let first = bytes.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{"),
            let value = try? JSONValue(parsing: bytes)
        {
            return value
        }
        do throws(YAMLParsingError) {
            return try JSONValue.documents(yaml: String(decoding: bytes, as: UTF8.self)).first ?? .null
        } catch {
            throw .badRequest("error decoding YAML: \(error)")
        }
    }

    /// The paths of names that appear twice in their object, which JSON allows and Kubernetes reports.
    static func duplicateFields(_ bytes: [UInt8]) -> [String] {
        var scanner = DuplicateScanner(bytes: bytes)
        scanner.scan(path: "")
        return scanner.found
    }
}

/// Walks through valid JSON and remembers names that repeat.
private struct DuplicateScanner {
    let bytes: [UInt8]
    var index = 0
    var found: [String] = []

    mutating func scan(path: String) {
        skipSpace()
        guard index < bytes.count else { return }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            index += 1
            var names: Set<String> = []
            while true {
                skipSpace()
                guard index < bytes.count, bytes[index] != UInt8(ascii: "}") else { break }
                if bytes[index] == UInt8(ascii: ",") { index += 1; continue }
                let name = text()
                let full = Schema.join(path, name)
                if !names.insert(name).inserted, !found.contains(full) { found.append(full) }
                skipSpace()
                index += 1
                scan(path: full)
            }
            index += 1
        case UInt8(ascii: "["):
            index += 1
            var position = 0
            while true {
                skipSpace()
                guard index < bytes.count, bytes[index] != UInt8(ascii: "]") else { break }
                if bytes[index] == UInt8(ascii: ",") { index += 1; continue }
                scan(path: "\(path)[\(position)]")
                position += 1
            }
            index += 1
        case UInt8(ascii: "\""): _ = text()
        default:
            while index < bytes.count, !",]} \n\r\t".utf8.contains(bytes[index]) { index += 1 }
        }
    }

    private mutating func text() -> String {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
        let quoted = bytes[start..<index]
        return (try? JSONValue(parsing: quoted))?.string ?? String(decoding: quoted, as: UTF8.self)
    }

    private mutating func skipSpace() {
        while index < bytes.count, " \n\r\t".utf8.contains(bytes[index]) { index += 1 }
    }
}
