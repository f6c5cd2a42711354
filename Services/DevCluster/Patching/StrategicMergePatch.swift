import KubernetesClient

/// Kubernetes' own merge patch: lists whose elements have a key are merged by it.
enum StrategicMergePatch {
    static func apply(_ patch: JSONValue, to original: JSONValue, schema: Schema) throws(APIError) -> JSONValue {
        guard let changes = patch.object else { throw .badRequest("a strategic merge patch must be an object") }
        return try merge(changes, into: original.object ?? [:], schema: schema)
    }

    private static func merge(
        _ patch: [String: JSONValue], into original: [String: JSONValue], schema: Schema
    ) throws(APIError) -> JSONValue {
        switch patch["$patch"]?.string {
        case "replace": return strip(.object(patch))
        case "delete": return .object([:])
        case nil, "merge": break
        case .some(let other): throw .badRequest("unknown patch type '\(other)' found")
        }
        var result = original
        if let retained = patch["$retainKeys"].array?.compactMap(\.string) {
            for name in result.keys where !retained.contains(name) { result[name] = nil }
        }
        let fields = schema.fields
        for name in patch.keys.sorted() {
            guard let change = patch[name] else { continue }
            if let target = name.dropPrefix("$deleteFromPrimitiveList/") {
                let gone = change.array ?? []
                if let list = result[target].array {
                    result[target] = .array(list.filter { !gone.contains($0) })
                }
                continue
            }
            if name.hasPrefix("$") { continue }
            let field = fields[name]?.schema ?? schema.values ?? .any
            switch (change, result[name]) {
            case (.null, _):
                result[name] = nil
            case (.object(let members), .some(.object(let old))):
                result[name] = try merge(members, into: old, schema: field)
            case (.array(let elements), .some(.array(let old))) where field.patchKey != nil:
                let order = patch["$setElementOrder/\(name)"].array
                result[name] = .array(try merge(elements, into: old, order: order, schema: field))
            case (.array(let elements), nil) where field.patchKey != nil:
                result[name] = .array(elements.filter { $0["$patch"].string != "delete" }.map(strip))
            default:
                result[name] = strip(change)
            }
        }
        for (name, order) in patch {
            guard let target = name.dropPrefix("$setElementOrder/"), patch[target] == nil,
                let list = result[target].array,
                let field = fields[target]?.schema, let key = field.patchKey
            else { continue }
            result[target] = .array(sorted(list, before: list, order: order.array ?? [], key: key))
        }
        return .object(result)
    }

    private static func merge(
        _ patch: [JSONValue], into original: [JSONValue], order: [JSONValue]?, schema: Schema
    ) throws(APIError) -> [JSONValue] {
        guard let key = schema.patchKey else { return patch }
        var result = original
        if patch.contains(where: { $0["$patch"].string == "replace" }) {
            result = patch.filter { $0["$patch"] == nil }.map(strip)
        } else if key.isEmpty {
            for element in patch where !result.contains(element) { result.append(element) }
        } else {
            for element in patch {
                guard let identity = element[key] else {
                    throw .badRequest("map: \(element) does not contain declared merge key: \(key)")
                }
                let place = result.firstIndex { $0[key] == identity }
                if element["$patch"].string == "delete" {
                    result.removeAll { $0[key] == identity }
                } else if let place {
                    result[place] = try merge(
                        element.object ?? [:], into: result[place].object ?? [:], schema: schema.items ?? .any)
                } else {
                    result.append(strip(element))
                }
            }
        }
        // Without an order the patch's own elements come first, as they stand in the patch.
        let named = patch.filter { $0["$patch"] == nil }
        return sorted(result, before: original, order: order ?? named, key: key)
    }

    /// Elements that the client knows in the client's order, the others where they stood before among them.
    private static func sorted(
        _ list: [JSONValue], before: [JSONValue], order: [JSONValue], key: String
    ) -> [JSONValue] {
        func identity(_ element: JSONValue) -> JSONValue { key.isEmpty ? element : element[key] ?? .null }
        let wanted = order.map(identity)
        let stood = before.map(identity)
        let known = list.filter { wanted.contains(identity($0)) }.sorted {
            (wanted.firstIndex(of: identity($0)) ?? 0) < (wanted.firstIndex(of: identity($1)) ?? 0)
        }
        let others = list.filter { !wanted.contains(identity($0)) }
        var merged: [JSONValue] = []
        var left = others[...]
        var right = known[...]
        while let other = left.first, let next = right.first {
            let otherPlace = stood.firstIndex(of: identity(other))
            let nextPlace = stood.firstIndex(of: identity(next))
            if let otherPlace, let nextPlace, otherPlace < nextPlace {
                merged.append(other)
                left.removeFirst()
            } else {
                merged.append(next)
                right.removeFirst()
            }
        }
        return merged + left + right
    }

    /// Without directives and nulls, which mean nothing where there is nothing to change.
    private static func strip(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(
                members.filter {
                    !$0.key.hasPrefix("$patch") && !$0.key.hasPrefix("$setElementOrder/")
                        && !$0.key.hasPrefix("$retainKeys") && !$0.key.hasPrefix("$deleteFromPrimitiveList/")
                        && $0.value != .null
                }.mapValues(strip))
        case .array(let elements):
            .array(elements.filter { $0["$patch"].string != "delete" }.map(strip))
        default: value
        }
    }
}

extension String {
    /// What follows a prefix; `nil` when it does not begin so.
    func dropPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
