import KubernetesClient
import PreviewDomain

/// Reads the members of a JSON object strictly, and gathers everything that is wrong with them.
///
/// A member that is `null` counts as left out.
struct ObjectReader {
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
        read(name, expected: "an object") { $0.object }
    }

    /// Reads a list of objects, each with `body`.
    mutating func list<Value>(_ name: String, _ body: (inout ObjectReader) -> Value) -> [Value]? {
        guard let elements = read(name, expected: "a list", { $0.array }) else { return nil }
        return elements.enumerated().compactMap { index, element in
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
        problems.append(FieldProblem(field, code, message))
    }

    /// Notes members that nobody asked for. Called when everything known was read.
    mutating func rejectUnknownMembers() {
        for name in members.keys.sorted() where !known.contains(name) {
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
        problems += reader.problems
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
        self
            + later.filter { problem in
                !contains { earlier in
                    problem.field == earlier.field || problem.field.hasPrefix("\(earlier.field).")
                        || problem.field.hasPrefix("\(earlier.field)[")
                }
            }
    }
}
