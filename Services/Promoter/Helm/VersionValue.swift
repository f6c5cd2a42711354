import KubernetesClient

/// Finds the value of a chart that carries the image's tag.
enum VersionValue {
    /// The user's values with the tag changed, one for each value that may carry it: the likeliest first.
    ///
    /// - Parameters:
    ///   - values: what the user gave.
    ///   - defaults: the chart's own values.
    ///   - from: the version that runs.
    ///   - to: the version that is to run.
    static func candidates(values: JSONValue, defaults: JSONValue, from: String, to: String) -> [JSONValue] {
        let merged = defaults.merged(with: values)
        let paths = leaves(merged, path: []).compactMap { path, leaf -> (rank: Int, path: [Step], value: JSONValue)? in
            guard let changed = changed(leaf, path: path, from: from, to: to) else { return nil }
            return (rank(path), path, changed)
        }
        let ranked = paths.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        return ranked.map { candidate in
            var changed = values
            // A list can't be changed in one place: Helm replaces lists whole.
            let keys = candidate.element.path.prefix { if case .key = $0 { true } else { false } }
            var whole = at(merged, Array(keys)) ?? .null
            set(candidate.element.value, at: candidate.element.path.dropFirst(keys.count), in: &whole)
            set(whole, at: keys, in: &changed)
            return changed
        }
    }

    enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    private static func leaves(_ value: JSONValue, path: [Step]) -> [([Step], JSONValue)] {
        switch value {
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path: path + [.key($0.key)]) }
        case .array(let elements): elements.enumerated().flatMap { leaves($1, path: path + [.index($0)]) }
        default: [(path, value)]
        }
    }

    /// The value with the tag changed, or `nil` where it can't carry the tag.
    private static func changed(_ leaf: JSONValue, path: [Step], from: String, to: String) -> JSONValue? {
        switch leaf {
        case .string(let text) where text == from: .string(to)
        case .string(let text) where text.hasSuffix(":\(from)"): .string(text.dropLast(from.count) + to)
        // An empty tag stands for the chart's appVersion, by the custom of `helm create`.
        case .string("") where path.last == .key("tag"): .string(to)
        case .null where path.last == .key("tag"): .string(to)
        // YAML reads a tag such as 1.5 as a number.
        case .double, .int: leaf.description == from ? .string(to) : nil
        default: nil
        }
    }

    private static func rank(_ path: [Step]) -> Int {
        let names = path.compactMap { step -> String? in
            if case .key(let key) = step { key.lowercased() } else { nil }
        }
        switch names.last {
        case "tag", "imagetag": return 0
        case "version", "image": return 1
        default: return names.contains { $0.contains("image") } ? 2 : 3
        }
    }

    private static func at(_ value: JSONValue, _ path: [Step]) -> JSONValue? {
        path.reduce(value as JSONValue?) { value, step in
            switch step {
            case .key(let key): value[key]
            case .index(let index): value[index]
            }
        }
    }

    private static func set(_ new: JSONValue, at path: ArraySlice<Step>, in value: inout JSONValue) {
        guard let step = path.first else {
            value = new
            return
        }
        var inner: JSONValue
        switch step {
        case .key(let key): inner = value[key] ?? .object([:])
        case .index(let index): inner = value[index] ?? .null
        }
        set(new, at: path.dropFirst(), in: &inner)
        switch step {
        case .key(let key): value[key] = inner
        case .index(let index): value[index] = inner
        }
    }
}
