import Foundation
import KubernetesClient
import PreviewDomain

/// Reads the fields of one object of the clusters file and notes what is wrong with them.
final class ClusterFields {
    /// What is wrong with the whole file.
    final class Problems {
        private let file: String
        private var all: [ClustersFileError.Problem] = []

        init(file: String) { self.file = file }

        func add(_ problem: ClustersFileError.Problem) { all.append(problem) }

        var error: ClustersFileError? { all.isEmpty ? nil : ClustersFileError(file: file, problems: all) }
    }

    let problems: Problems
    let isObject: Bool
    private let members: [String: JSONValue]
    private let place: String
    private var known: Set<String> = []

    /// - Parameter place: where the object is; empty for the file as a whole.
    init(_ value: JSONValue, place: String, problems: Problems) {
        self.problems = problems
        self.place = place
        members = value.object ?? [:]
        isObject = value.object != nil
        if !isObject {
            problems.add(
                .init(
                    field: place.isEmpty ? nil : place, problem: "this is no mapping",
                    remedy: "write fields as `name: value`"))
        }
    }

    convenience init(_ value: JSONValue, place: String, file: String) {
        self.init(value, place: place, problems: Problems(file: file))
    }

    func add(_ field: String?, _ problem: String, _ remedy: String) {
        let place = [place.isEmpty ? nil : place, field].compactMap { $0 }.joined(separator: ".")
        problems.add(.init(field: place.isEmpty ? nil : place, problem: problem, remedy: remedy))
    }

    /// Whether the field is there, right or wrong.
    func has(_ field: String) -> Bool { value(field) != nil }

    /// Says of every field that was not asked for that it is none.
    func refuseUnknown() {
        for field in members.keys.sorted() where !known.contains(field) {
            add(field, "there is no such field", "use one of \(known.sorted().joined(separator: ", "))")
        }
    }

    func list(_ field: String, remedy: String) -> [JSONValue]? {
        guard isObject else { return nil }
        guard let list = value(field)?.array else {
            add(field, "there is no list", remedy)
            return nil
        }
        return list
    }

    func object(_ field: String) -> ClusterFields? {
        value(field).map { ClusterFields($0, place: place.isEmpty ? field : "\(place).\(field)", problems: problems) }
    }

    func text(_ field: String, example: String) -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.string, !text.isEmpty else {
            add(field, "this is no text", "write it like \(example), in quotation marks if it is a number")
            return nil
        }
        return text
    }

    /// A DNS label.
    func name(_ field: String, of what: String, isRequired: Bool = false) -> String? {
        guard let value = value(field) else {
            if isRequired { add(field, "it is missing", "name \(what)") }
            return nil
        }
        guard let name = value.string, DNSLabel.isValid(name) else {
            add(
                field, "\(Self.shown(value)) is no DNS label",
                "use at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends")
            return nil
        }
        return name
    }

    func domain(_ field: String) -> String? {
        guard let value = value(field) else { return nil }
        let labels = value.string?.split(separator: ".", omittingEmptySubsequences: false).map(String.init) ?? []
        guard !labels.isEmpty, labels.allSatisfy(DNSLabel.isValid) else {
            add(field, "\(Self.shown(value)) is no DNS name in lower case", "write it like preview.example.com")
            return nil
        }
        return value.string
    }

    func url(_ field: String) -> String? {
        guard let value = value(field) else { return nil }
        let parts = value.string.flatMap { URLComponents(string: $0) }
        guard let parts, ["http", "https"].contains(parts.scheme), !(parts.host ?? "").isEmpty else {
            add(field, "\(Self.shown(value)) is no http or https URL", "write it like https://10.0.0.7:8443")
            return nil
        }
        return value.string
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ field: String, among type: Choice.Type
    ) -> Choice? {
        guard let value = value(field) else { return nil }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            let choices = type.allCases.map(\.rawValue).joined(separator: " or ")
            add(field, "\(Self.shown(value)) is not known", "use \(choices)")
            return nil
        }
        return choice
    }

    func number(_ field: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(field) else { return nil }
        guard let number = value.int, range.contains(number) else {
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            add(field, "\(Self.shown(value)) is not \(expected)", "write \(expected)")
            return nil
        }
        return number
    }

    func flag(_ field: String) -> Bool? {
        guard let value = value(field) else { return nil }
        guard let flag = value.bool else {
            add(field, "\(Self.shown(value)) is neither true nor false", "write true or false")
            return nil
        }
        return flag
    }

    private func value(_ field: String) -> JSONValue? {
        known.insert(field)
        guard let value = members[field], value != .null else { return nil }
        return value
    }

    private static func shown(_ value: JSONValue) -> String { String(value.description.prefix(80)) }
}
