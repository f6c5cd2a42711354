import Foundation
import KubernetesClient

/// Turns Kubernetes' protobuf bodies into the JSON that they stand for.
enum ProtobufDecoder {
    /// What every body begins with.
    static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// Reads a body: the magic, then an envelope with the type and the object's own bytes.
    static func decode(_ body: [UInt8]) throws(APIError) -> JSONValue {
        guard body.starts(with: magic) else {
            throw .badRequest("couldn't get version/kind; the body does not begin with the protobuf prefix")
        }
        do {
            var apiVersion = ""
            var kind = ""
            var raw: ArraySlice<UInt8> = []
            var envelope = ProtobufReader(body[magic.count...])
            while let (number, value) = try envelope.next() {
                guard case .bytes(let bytes) = value else { continue }
                if number == 1 {
                    var type = ProtobufReader(bytes)
                    while let (number, value) = try type.next() {
                        guard case .bytes(let text) = value else { continue }
                        if number == 1 { apiVersion = String(decoding: text, as: UTF8.self) }
                        if number == 2 { kind = String(decoding: text, as: UTF8.self) }
                    }
                } else if number == 2 {
                    raw = bytes
                }
            }
            let version = KindRegistry.split(apiVersion).version
            guard let schema = BuiltInTypes.schema(kind: kind, version: version), let type = schema.typeName else {
                throw APIError(
                    code: 415, reason: "UnsupportedMediaType",
                    message: "dev-cluster does not read \(kind) of \(apiVersion) in protobuf; send application/json")
            }
            var object = try message(raw, type: type)
            object["apiVersion"] = .string(apiVersion)
            object["kind"] = .string(kind)
            return object
        } catch let error as APIError {
            throw error
        } catch {
            throw .badRequest("the protobuf body is malformed")
        }
    }

    private static func message(_ bytes: ArraySlice<UInt8>, type: String) throws -> JSONValue {
        let fields = BuiltInTypes.table.numbered[type] ?? [:]
        var members: [String: JSONValue] = [:]
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            // A field of a newer version is passed over, as protobuf wants it.
            guard let (name, field) = fields[number] else { continue }
            let schema = field.schema
            if field.isInlined, case .bytes(let inner) = value, let innerType = schema.typeName {
                let inlined = try message(inner, type: innerType)
                members.merge(inlined.object ?? [:]) { _, new in new }
            } else if schema.kind == .list, let items = schema.items {
                var list = members[name]?.array ?? []
                members[name] = nil
                list += try elements(value, items)
                members[name] = .array(list)
            } else if let values = schema.values, case .bytes(let entry) = value {
                let (key, member) = try mapEntry(entry, values)
                members[name, default: [:]][key] = member
            } else if let read = try single(value, schema, name: name, isOptional: true) {
                members[name] = read
            }
        }
        return .object(members)
    }

    /// One element of a repeated field, or several packed numbers.
    private static func elements(_ value: ProtobufReader.Value, _ schema: Schema) throws -> [JSONValue] {
        if schema.kind == .integer, case .bytes(let packed) = value {
            var reader = ProtobufReader(packed)
            var numbers: [JSONValue] = []
            while !reader.isAtEnd { numbers.append(.int(Int64(bitPattern: try reader.varint()))) }
            return numbers
        }
        return try single(value, schema, name: "", isOptional: false).map { [$0] } ?? []
    }

    private static func mapEntry(_ bytes: ArraySlice<UInt8>, _ schema: Schema) throws -> (String, JSONValue) {
        var key = ""
        var member: JSONValue?
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            if number == 1, case .bytes(let text) = value { key = String(decoding: text, as: UTF8.self) }
            if number == 2 { member = try single(value, schema, name: "", isOptional: false) }
        }
        return (key, member ?? .string(""))
    }

    /// A value that is no list and no map; `nil` where Go's encoder writes out what is in fact absent.
    private static func single(
        _ value: ProtobufReader.Value, _ schema: Schema, name: String, isOptional: Bool
    ) throws -> JSONValue? {
        switch (schema.kind, value) {
        case (.integer, .varint(let number)):
            if isOptional, number == 0, !pointerFields.contains(name) { return nil }
            return .int(Int64(bitPattern: number))
        case (.boolean, .varint(let number)):
            if isOptional, number == 0, !pointerFields.contains(name) { return nil }
            return .bool(number != 0)
        case (.string, .bytes(let text)):
            if isOptional, text.isEmpty { return nil }
            return .string(String(decoding: text, as: UTF8.self))
        case (.bytes, .bytes(let bytes)):
            return .string(Data(bytes).base64EncodedString())
        case (.time, .bytes(let bytes)), (.microTime, .bytes(let bytes)):
            return try time(bytes, micro: schema.kind == .microTime)
        case (.quantity, .bytes(let bytes)):
            return try firstText(bytes).map { .string($0) }
        case (.intOrString, .bytes(let bytes)):
            return try intOrString(bytes)
        case (.object, .bytes(let bytes)):
            return try message(bytes, type: schema.typeName ?? "")
        case (.any, .bytes(let bytes)):
            return try raw(bytes)
        default:
            return nil
        }
    }

    private static func time(_ bytes: ArraySlice<UInt8>, micro: Bool) throws -> JSONValue? {
        var seconds: Int64?
        var nanos: UInt64 = 0
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            guard case .varint(let read) = value else { continue }
            if number == 1 { seconds = Int64(bitPattern: read) } else if number == 2 { nanos = read }
        }
        guard let seconds, seconds > -62_135_596_800 else { return nil }
        let text = Moment.text(Int(seconds))
        guard micro else { return .string(text) }
        let digits = String(nanos / 1000)
        return .string(text.dropLast() + "." + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "Z")
    }

    private static func firstText(_ bytes: ArraySlice<UInt8>) throws -> String? {
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            if number == 1, case .bytes(let text) = value { return String(decoding: text, as: UTF8.self) }
        }
        return nil
    }

    private static func intOrString(_ bytes: ArraySlice<UInt8>) throws -> JSONValue {
        var isText = false
        var number: Int64 = 0
        var text = ""
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .varint(let type)): isText = type == 1
            case (2, .varint(let read)): number = Int64(bitPattern: read)
            case (3, .bytes(let read)): text = String(decoding: read, as: UTF8.self)
            default: break
            }
        }
        return isText ? .string(text) : .int(number)
    }

    /// A raw extension holds JSON; anything else of unknown form cannot be taken without losing it.
    private static func raw(_ bytes: ArraySlice<UInt8>) throws -> JSONValue? {
        guard !bytes.isEmpty else { return nil }
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            if number == 1, case .bytes(let json) = value, let parsed = try? JSONValue(parsing: json) { return parsed }
        }
        throw APIError(
            code: 415, reason: "UnsupportedMediaType",
            message: "dev-cluster does not read every field in protobuf; send application/json")
    }

    /// Fields that Go keeps behind a pointer, so that a zero that was sent was meant.
    private static let pointerFields: Set<String> = [
        "replicas", "parallelism", "completions", "backoffLimit", "minReplicas", "activeDeadlineSeconds",
        "ttlSecondsAfterFinished", "revisionHistoryLimit", "gracePeriodSeconds", "terminationGracePeriodSeconds",
        "runAsUser", "runAsGroup", "fsGroup", "expirationSeconds", "defaultMode", "partition", "mode",
        "automountServiceAccountToken", "runAsNonRoot", "privileged", "allowPrivilegeEscalation",
        "readOnlyRootFilesystem", "enableServiceLinks", "immutable", "suspend", "optional", "controller",
        "blockOwnerDeletion", "orphanDependents", "allocateLoadBalancerNodePorts", "shareProcessNamespace",
        "hostUsers", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "progressDeadlineSeconds",
        "stabilizationWindowSeconds", "tolerationSeconds",
    ]
}
