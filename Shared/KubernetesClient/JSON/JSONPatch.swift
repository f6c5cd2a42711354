/// A JSON patch (RFC 6902): operations that happen in order, and all or none.
public struct JSONPatch: Sendable, Hashable {
    /// One change, or one check.
    public enum Operation: Sendable, Hashable {
        /// Adds a member, or inserts an element before the index; `-` appends.
        case add(JSONPointer, JSONValue)
        /// Removes what must exist.
        case remove(JSONPointer)
        /// Replaces what must exist.
        case replace(JSONPointer, JSONValue)
        /// Removes a value and adds it elsewhere.
        case move(from: JSONPointer, to: JSONPointer)
        /// Adds a copy of a value elsewhere.
        case copy(from: JSONPointer, to: JSONPointer)
        /// Fails the patch where the value differs.
        case test(JSONPointer, JSONValue)
    }

    /// Why a patch could not be applied.
    public enum Failure: Error, Sendable, Hashable {
        /// A patch, or one of its operations, is not what RFC 6902 describes; the text says why.
        case malformed(String)
        /// A path leads nowhere.
        case missing(JSONPointer)
        /// A value moves into itself.
        case intoItself(JSONPointer)
        /// A test found another value.
        case testFailed(JSONPointer)
    }

    /// The operations, in order.
    public var operations: [Operation]

    /// A patch from its operations.
    public init(_ operations: [Operation]) {
        self.operations = operations
    }

    /// A patch from its JSON.
    public init(_ value: JSONValue) throws(Failure) {
        guard let elements = value.array else { throw .malformed("a JSON patch is a list") }
        operations = []
        for element in elements { operations.append(try Operation(element)) }
    }

    /// The patch as JSON.
    public var value: JSONValue {
        .array(operations.map(\.value))
    }

    /// The element that a pointer's step names, or `nil` where it is no index. Leading zeros are not allowed.
    static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy({ (0x30...0x39).contains($0) }), token == "0" || !token.hasPrefix("0") else {
            return nil
        }
        return Int(token)
    }
}

extension JSONPatch.Operation {
    /// An operation from its JSON.
    init(_ value: JSONValue) throws(JSONPatch.Failure) {
        let path = try Self.pointer("path", of: value)
        switch value["op"].string {
        case "add": self = .add(path, try Self.operand(of: value))
        case "remove": self = .remove(path)
        case "replace": self = .replace(path, try Self.operand(of: value))
        case "move": self = .move(from: try Self.pointer("from", of: value), to: path)
        case "copy": self = .copy(from: try Self.pointer("from", of: value), to: path)
        case "test": self = .test(path, try Self.operand(of: value))
        case let name: throw .malformed("there is no operation \(name ?? "without op")")
        }
    }

    /// The operation as JSON.
    var value: JSONValue {
        switch self {
        case .add(let path, let value): ["op": "add", "path": .string(path.description), "value": value]
        case .remove(let path): ["op": "remove", "path": .string(path.description)]
        case .replace(let path, let value): ["op": "replace", "path": .string(path.description), "value": value]
        case .move(let from, let to):
            ["op": "move", "from": .string(from.description), "path": .string(to.description)]
        case .copy(let from, let to):
            ["op": "copy", "from": .string(from.description), "path": .string(to.description)]
        case .test(let path, let value): ["op": "test", "path": .string(path.description), "value": value]
        }
    }

    private static func pointer(_ member: String, of value: JSONValue) throws(JSONPatch.Failure) -> JSONPointer {
        guard let text = value[member].string, let pointer = JSONPointer(text) else {
            throw .malformed("an operation's \(member) is a JSON pointer: \(value)")
        }
        return pointer
    }

    private static func operand(of value: JSONValue) throws(JSONPatch.Failure) -> JSONValue {
        guard let operand = value["value"] else { throw .malformed("an operation lacks its value: \(value)") }
        return operand
    }
}

extension JSONValue {
    /// The value changed by a JSON patch (RFC 6902), all of it or not at all.
    public func patched(with patch: JSONPatch) throws(JSONPatch.Failure) -> JSONValue {
        var result = self
        for operation in patch.operations { try result.apply(operation) }
        return result
    }

    private mutating func apply(_ operation: JSONPatch.Operation) throws(JSONPatch.Failure) {
        switch operation {
        case .add(let path, let value):
            try add(value, at: path.tokens[...], of: path)
        case .remove(let path):
            _ = try remove(at: path.tokens[...], of: path)
        case .replace(let path, let value):
            _ = try existing(path)
            guard !path.tokens.isEmpty else {
                self = value
                return
            }
            _ = try remove(at: path.tokens[...], of: path)
            try add(value, at: path.tokens[...], of: path)
        case .move(let from, let to):
            guard from != to else {
                _ = try existing(from)
                return
            }
            guard !to.tokens.starts(with: from.tokens) else { throw .intoItself(to) }
            let value = try remove(at: from.tokens[...], of: from)
            try add(value, at: to.tokens[...], of: to)
        case .copy(let from, let to):
            try add(try existing(from), at: to.tokens[...], of: to)
        case .test(let path, let value):
            guard try existing(path).isSameNumberOrValue(as: value) else { throw .testFailed(path) }
        }
    }

    private func existing(_ path: JSONPointer) throws(JSONPatch.Failure) -> JSONValue {
        guard let value = self[path] else { throw .missing(path) }
        return value
    }

    private mutating func add(
        _ value: JSONValue, at tokens: ArraySlice<String>, of path: JSONPointer
    ) throws(JSONPatch.Failure) {
        guard let token = tokens.first else {
            self = value
            return
        }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var members):
            if rest.isEmpty {
                members[token] = value
            } else {
                guard var member = members[token] else { throw .missing(path) }
                try member.add(value, at: rest, of: path)
                members[token] = member
            }
            self = .object(members)
        case .array(var elements):
            let index = rest.isEmpty && token == "-" ? elements.count : JSONPatch.index(token)
            guard let index, index < elements.count + (rest.isEmpty ? 1 : 0) else { throw .missing(path) }
            if rest.isEmpty {
                elements.insert(value, at: index)
            } else {
                try elements[index].add(value, at: rest, of: path)
            }
            self = .array(elements)
        default:
            throw .missing(path)
        }
    }

    private mutating func remove(
        at tokens: ArraySlice<String>, of path: JSONPointer
    ) throws(JSONPatch.Failure) -> JSONValue {
        guard let token = tokens.first else {
            defer { self = .null }
            return self
        }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var members):
            guard var member = members[token] else { throw .missing(path) }
            let removed: JSONValue
            if rest.isEmpty {
                removed = member
                members[token] = nil
            } else {
                removed = try member.remove(at: rest, of: path)
                members[token] = member
            }
            self = .object(members)
            return removed
        case .array(var elements):
            guard let index = JSONPatch.index(token), elements.indices.contains(index) else { throw .missing(path) }
            let removed = rest.isEmpty ? elements.remove(at: index) : try elements[index].remove(at: rest, of: path)
            self = .array(elements)
            return removed
        default:
            throw .missing(path)
        }
    }

    /// Equality as RFC 6902 wants it: numbers are equal when their values are.
    private func isSameNumberOrValue(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.int, .double), (.double, .int): double == other.double
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSameNumberOrValue(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { name, value in right[name].map(value.isSameNumberOrValue) ?? false }
        default: self == other
        }
    }
}
