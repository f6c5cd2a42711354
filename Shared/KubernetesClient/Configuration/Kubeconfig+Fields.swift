import Foundation

/// Fields of an entry by type. What is absent, null or empty is `nil`; another type is an error that names the field.
extension Kubeconfig.Entry {
    func problem(_ field: String?, _ problem: String, _ remedy: String) -> KubernetesConfigurationError {
        let parts = [place, field ?? ""].filter { !$0.isEmpty }
        return KubernetesConfigurationError(
            file: file, field: parts.joined(separator: "."), problem: problem, remedy: remedy)
    }

    func text(_ field: String) throws(KubernetesConfigurationError) -> String? {
        switch fields[field] {
        case nil, .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        default: throw problem(field, "this is no text", "put it in quotes")
        }
    }

    /// A text that becomes part of a header or a URL, where a line break would begin another header.
    func line(_ field: String) throws(KubernetesConfigurationError) -> String? {
        guard let text = try text(field) else { return nil }
        return try checkLine(text, field)
    }

    /// Texts of that kind.
    func lines(_ field: String) throws(KubernetesConfigurationError) -> [String] {
        var lines: [String] = []
        for (index, text) in try texts(field).enumerated() { lines.append(try checkLine(text, "\(field)[\(index)]")) }
        return lines
    }

    private func checkLine(_ text: String, _ field: String) throws(KubernetesConfigurationError) -> String {
        guard text.hasNoControlCharacter else {
            throw problem(field, "it holds a line break or another control character", "write it in one line")
        }
        return text
    }

    func flag(_ field: String) throws(KubernetesConfigurationError) -> Bool {
        switch fields[field] {
        case nil, .null: return false
        case .bool(let flag): return flag
        default: throw problem(field, "this is neither true nor false", "write true or false, without quotes")
        }
    }

    func list(_ field: String) throws(KubernetesConfigurationError) -> [JSONValue] {
        switch fields[field] {
        case nil, .null: return []
        case .array(let elements): return elements
        default: throw problem(field, "this is no list", "write one element a line, each after a dash")
        }
    }

    func texts(_ field: String) throws(KubernetesConfigurationError) -> [String] {
        var texts: [String] = []
        for (index, element) in try list(field).enumerated() {
            guard let text = element.string else {
                throw problem("\(field)[\(index)]", "this is no text", "put it in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    /// The fields below a field.
    func entry(_ field: String) throws(KubernetesConfigurationError) -> Kubeconfig.Entry? {
        switch fields[field] {
        case nil, .null: return nil
        case .object(let fields): return Kubeconfig.Entry(fields: fields, place: "\(place).\(field)", file: file)
        default: throw problem(field, "this is no mapping", "write its fields below it")
        }
    }

    /// A file's path; a relative one starts from the kubeconfig's folder.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).path
    }

    /// PEM that stands in the entry itself (base64 in `…-data`), or in a file that it names.
    ///
    /// - Parameter label: what the PEM has to hold, such as `CERTIFICATE`.
    func pem(_ field: String, _ label: String) throws(KubernetesConfigurationError) -> Data? {
        let inline = try text("\(field)-data")
        let path = try text(field)
        if inline != nil, path != nil {
            throw problem("\(field)-data", "\(field) is set as well", "remove one of the two")
        }
        if let inline {
            guard let data = Data(base64Encoded: inline, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw problem("\(field)-data", "this is no base64", "encode the PEM file with `base64 -w0`")
            }
            return try check(data, "\(field)-data", label)
        }
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: resolve(path)) else {
            throw problem(
                field, "\(resolve(path)) does not exist or is not readable", "name another file or make it readable")
        }
        return try check(data, field, label)
    }

    private func check(_ data: Data, _ field: String, _ label: String) throws(KubernetesConfigurationError) -> Data {
        let text = String(decoding: data, as: UTF8.self)
        guard text.contains("-----BEGIN "), text.contains("\(label)-----") else {
            throw problem(field, "this is no PEM with a \(label)", "write the \(label) in PEM (-----BEGIN …)")
        }
        guard !text.contains("ENCRYPTED") else {
            throw problem(field, "the key asks for a passphrase", "decrypt it, as with `openssl pkey -in KEY`")
        }
        return data
    }
}
