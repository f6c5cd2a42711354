import KubernetesClient

/// The fields of the built-in types, read from the compact tables in `Types/`.
///
/// A line that ends in a colon (or in `: atomic`) begins a type; the rest are its fields, separated by semicolons: name,
/// protobuf number, type and flags. Types are `s` string, `i` integer, `b` boolean, `bytes`, `time`, `micro`, `q`
/// quantity, `ios` integer or string, `any`, `[T]` list, `{T}` map, or a name. Flags are `!` required, `=x` default,
/// `k=a` merged by `a` (`k=a/a,b` owned by `a` and `b`), `m=a` owned by `a` but replaced by patches, `set` (`set-`
/// replaced by patches), `rk` retains keys, `atomic`, `inline`, and `+` part of
/// every object of the type, be it empty.
struct BuiltInTypes: Sendable {
    /// Fields by type, with those of inlined types among them.
    private(set) var fields: [String: [String: SchemaField]] = [:]
    /// Fields by type and protobuf number, inlined types as one field.
    private(set) var numbered: [String: [Int: (name: String, field: SchemaField)]] = [:]
    private var atomicTypes: Set<String> = []

    static let table = BuiltInTypes([meta, core, pods, volumes, workloads, networking, cluster, requests])

    init(_ sources: [String]) {
        var declared: [(type: String, fields: [Substring])] = []
        for line in sources.flatMap({ $0.split(separator: "\n") }) {
            let words = line.split(separator: " ")
            if let first = words.first, first.hasSuffix(":") {
                let type = String(first.dropLast())
                declared.append((type, []))
                if words.count > 1 { atomicTypes.insert(type) }
            } else if !declared.isEmpty {
                declared[declared.count - 1].fields += line.split(separator: ";")
            }
        }
        for (type, texts) in declared {
            for text in texts {
                guard let (name, field) = field(text) else { continue }
                if !field.isInlined { fields[type, default: [:]][name] = field }
                if field.number > 0 { numbered[type, default: [:]][field.number] = (name, field) }
            }
            if fields[type] == nil { fields[type] = [:] }
        }
        for (type, entries) in numbered {
            for (_, field) in entries.values where field.isInlined {
                fields[type, default: [:]].merge(fields[field.schema.typeName ?? ""] ?? [:]) { own, _ in own }
            }
        }
    }

    private func field(_ text: Substring) -> (String, SchemaField)? {
        let words = text.split(separator: " ")
        guard words.count >= 3, let number = Int(words[1]) else { return nil }
        let flags = words.dropFirst(3)
        var topology = Schema.Topology.atomic
        var patchKey: String?
        var defaultText: Substring?
        for flag in flags {
            if flag.hasPrefix("k=") {
                let keys = flag.dropFirst(2).split(separator: "/")
                patchKey = String(keys[0])
                topology = .map(keys[keys.count - 1].split(separator: ",").map(String.init))
            } else if flag.hasPrefix("m=") {
                topology = .map(flag.dropFirst(2).split(separator: ",").map(String.init))
            } else if flag == "set" || flag == "set-" {
                topology = .set
                patchKey = flag == "set" ? "" : nil
            } else if flag.hasPrefix("=") {
                defaultText = flag.dropFirst()
            }
        }
        let schema = schema(
            words[2], topology: topology, patchKey: patchKey, retainsKeys: flags.contains("rk"),
            isAtomic: flags.contains("atomic"), defaultText: defaultText)
        let field = SchemaField(
            schema: schema, number: number, isRequired: flags.contains("!"),
            isAlwaysThere: flags.contains("+") || words[0] == "metadata",
            isInlined: flags.contains("inline"))
        return (String(words[0]), field)
    }

    private func schema(
        _ type: Substring, topology: Schema.Topology = .atomic, patchKey: String? = nil, retainsKeys: Bool = false,
        isAtomic: Bool = false, defaultText: Substring? = nil
    ) -> Schema {
        if type.hasPrefix("[") {
            return Schema(
                .list, items: schema(type.dropFirst().dropLast(), retainsKeys: retainsKeys), topology: topology,
                patchKey: patchKey)
        }
        if type.hasPrefix("{") {
            return Schema(.object, values: schema(type.dropFirst().dropLast()), isAtomic: isAtomic)
        }
        func scalar(_ kind: Schema.Kind, _ value: JSONValue? = nil) -> Schema { Schema(kind, defaultValue: value) }
        let text = defaultText.map { $0 == "\"\"" ? "" : String($0) }
        switch type {
        case "s": return scalar(.string, text.map { .string($0) })
        case "i": return scalar(.integer, text.flatMap { Int64($0) }.map { .int($0) })
        case "b": return scalar(.boolean, text.map { .bool($0 == "true") })
        case "bytes": return scalar(.bytes)
        case "time": return scalar(.time)
        case "micro": return scalar(.microTime)
        case "q": return scalar(.quantity)
        case "ios": return scalar(.intOrString)
        case "any": return .any
        default:
            return Schema(
                .object, typeName: String(type), retainsKeys: retainsKeys,
                isAtomic: isAtomic || atomicTypes.contains(String(type)))
        }
    }
}

extension BuiltInTypes {
    /// The schema of a built-in kind in one of its versions; `nil` when its fields are not described.
    static func schema(kind: String, version: String = "v1") -> Schema? {
        let name = kind == "HorizontalPodAutoscaler" && version == "v1" ? "HorizontalPodAutoscalerV1" : kind
        return schemas[name]
    }

    private static let schemas: [String: Schema] = table.fields.keys.reduce(into: [:]) { schemas, name in
        schemas[name] = Schema(.object, typeName: name)
    }
}
