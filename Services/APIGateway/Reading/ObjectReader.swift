import KubernetesClient
import PreviewDomain

/// Reads the members of a JSON object strictly, and gathers everything that is wrong with them.
///
/// A member that is `null` counts as left out. Of a list or an object that is far too long only the beginning is read: a
/// problem for each part of it would be a long answer to a short question.
struct ObjectReader {
    /// How many elements of a list are read.
    private static let listLimit = 100
    /// How many members of an object are read whose names are not known before.
    private static let membersLimit = 1000
    /// How many members are named that nobody asked for.
    private static let unknownLimit = 20
    /// How many problems are named.
    private static let problemLimit = 1000

    /// What is wrong so far.
    private(set) var problems: [FieldProblem] = []
    private let members: [String: JSONValue]
    private let path: String
    private var known: Set<String> = []

    init(_ members: [String: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    /// The path of a member, such as `services[0].replicas`.
    func field(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    mutating func string(_ name: String) -> String? {
        read(name, expected: "a text") { $0.string }
    }

    mutating func integer(_ name: String, expected: String = "a whole number") -> Int? {
        read(name, expected: expected) { $0.int }
    }

    mutating func bool(_ name: String) -> Bool? {
        read(name, expected: "true or false") { $0.bool }
    }

    /// Reads an object with `body`, which knows its members.
    mutating func object<Value>(_ name: String, _ body: (inout ObjectReader) -> Value) -> Value? {
        guard let members = read(name, expected: "an object", { $0.object }) else { return nil }
        return nested(members, path: field(name), body)
    }

    /// Reads an object whose members' names are not known before.
    mutating func dictionary(_ name: String) -> [String: JSONValue]? {
        guard let members = read(name, expected: "an object", { $0.object }) else { return nil }
        guard members.count > Self.membersLimit else { return members }
        report(field(name), .tooLong, "It has \(members.count) members; it may have at most \(Self.membersLimit).")
        return [:]
    }

    /// Reads a list of objects, each with `body`.
    mutating func list<Value>(_ name: String, _ body: (inout ObjectReader) -> Value) -> [Value]? {
        guard let elements = read(name, expected: "a list", { $0.array }) else { return nil }
        if elements.count > Self.listLimit {
            report(field(name), .tooLong, "It has \(elements.count) elements; it may have at most \(Self.listLimit).")
        }
        return elements.prefix(Self.listLimit).enumerated().compactMap { index, element in
            let path = "\(field(name))[\(index)]"
            guard let members = element.object else {
                report(path, .wrongType, "It has to be an object.")
                return nil
            }
            return nested(members, path: path, body)
        }
    }

    /// Notes a problem.
    mutating func report(_ field: String, _ code: FieldProblem.Code, _ message: String) {
        guard problems.count < Self.problemLimit else { return }
        problems.append(FieldProblem(field, code, message))
    }

    /// Notes members that nobody asked for. Called when everything known was read.
    mutating func rejectUnknownMembers() {
        for name in members.keys.filter({ !known.contains($0) }).sorted().prefix(Self.unknownLimit) {
            let message =
                "There is no field \(name.prefix(60)) here; known are \(known.sorted().joined(separator: ", "))."
            report(field(name), .unknownField, message)
        }
    }

    private mutating func nested<Value>(
        _ members: [String: JSONValue], path: String, _ body: (inout ObjectReader) -> Value
    ) -> Value {
        var reader = ObjectReader(members, path: path)
        let value = body(&reader)
        reader.rejectUnknownMembers()
        problems += reader.problems.prefix(Self.problemLimit - problems.count)
        return value
    }

    private mutating func read<Value>(
        _ name: String, expected: String, _ convert: (JSONValue) -> Value?
    ) -> Value? {
        known.insert(name)
        guard let value = members[name], !value.isNull else { return nil }
        guard let converted = convert(value) else {
            report(field(name), .wrongType, "It has to be \(expected).")
            return nil
        }
        return converted
    }
}

extension [FieldProblem] {
    /// The problems and those of a later check that are about other fields.
    func joined(with later: [FieldProblem]) -> [FieldProblem] {
        let known = Set(map(\.field))
        return self + later.filter { !known.contains($0.field) && known.isDisjoint(with: Self.parents(of: $0.field)) }
    }

    /// What a field is within: `services` and `services[0]` for `services[0].replicas`. Names that anyone may choose, with
    /// dots in them, end no path that a body is read by, so a few parents are all.
    private static func parents(of field: String) -> [String] {
        field.indices.lazy.filter { field[$0] == "." || field[$0] == "[" }.prefix(8).map { String(field[..<$0]) }
    }
}
