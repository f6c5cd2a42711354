import Foundation

/// What kubeconfig files say: clusters, users and contexts that pair them.
struct Kubeconfig {
    /// A named entry of one of the lists.
    struct Entry {
        var fields: [String: JSONValue]
        /// For messages, such as `users[admin].user`.
        var place: String
        /// Where it was written; relative paths in it start from this file's folder.
        var file: String
    }

    /// The files that were read, as `KUBECONFIG` lists them.
    private(set) var source: String
    private(set) var currentContext: String?
    private(set) var contexts: [String: Entry] = [:]
    private(set) var clusters: [String: Entry] = [:]
    private(set) var users: [String: Entry] = [:]

    /// Reads files as client-go merges them: the first one to name a context, cluster, user or the current context
    /// counts, with the whole entry. Files that do not exist are passed over.
    init(files: [String]) throws(KubernetesConfigurationError) {
        source = files.joined(separator: ":")
        let present = files.filter { !$0.isEmpty && FileManager.default.fileExists(atPath: $0) }
        guard !present.isEmpty else {
            throw KubernetesConfigurationError(
                file: files.isEmpty ? nil : source, problem: "the kubeconfig does not exist",
                remedy: "set KUBECONFIG to a file that does, or run inside a cluster without it")
        }
        for file in present { merge(try Kubeconfig(file: file)) }
    }

    private init(file: String) throws(KubernetesConfigurationError) {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw KubernetesConfigurationError(
                file: file, problem: "the kubeconfig is not readable",
                remedy: "name another file or make this one readable")
        }
        try self.init(yaml: String(decoding: content, as: UTF8.self), file: file)
    }

    private init(yaml: String, file: String) throws(KubernetesConfigurationError) {
        source = file
        let value: JSONValue
        do throws(YAMLParsingError) {
            value = try JSONValue.documents(yaml: yaml).first ?? .null
        } catch {
            // Not the parser's words: they may quote a credential.
            throw KubernetesConfigurationError(
                file: file, problem: "this is no YAML", remedy: "write it anew, as with `kubectl config view --raw`")
        }
        guard value == .null || value.object != nil, value["kind"] == nil || value["kind"] == "Config",
            value["apiVersion"] == nil || value["apiVersion"] == "v1"
        else {
            throw KubernetesConfigurationError(
                file: file, field: "kind", problem: "this is no kubeconfig",
                remedy: "name a file with `apiVersion: v1` and `kind: Config`")
        }
        let root = Entry(fields: value.object ?? [:], place: "", file: file)
        currentContext = try root.text("current-context")
        contexts = try Self.entries("contexts", "context", of: root)
        clusters = try Self.entries("clusters", "cluster", of: root)
        users = try Self.entries("users", "user", of: root)
    }

    private mutating func merge(_ other: Kubeconfig) {
        currentContext = currentContext ?? other.currentContext
        contexts.merge(other.contexts) { first, _ in first }
        clusters.merge(other.clusters) { first, _ in first }
        users.merge(other.users) { first, _ in first }
    }

    private static func entries(
        _ list: String, _ member: String, of root: Entry
    ) throws(KubernetesConfigurationError) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for (index, element) in try root.list(list).enumerated() {
            guard let name = element["name"].string, !name.isEmpty else {
                throw root.problem("\(list)[\(index)].name", "it has no name, or one that is no text", "give it a name")
            }
            guard entries[name] == nil else {
                throw root.problem("\(list)[\(name)]", "the name is there twice", "remove one of the two")
            }
            let fields = element[member]
            guard fields == nil || fields == .null || fields.object != nil else {
                throw root.problem("\(list)[\(name)].\(member)", "this is no mapping", "write its fields below it")
            }
            entries[name] = Entry(
                fields: fields.object ?? [:], place: "\(list)[\(name)].\(member)", file: root.file)
        }
        return entries
    }
}
