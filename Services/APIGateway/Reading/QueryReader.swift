import Hummingbird
import PreviewDomain

/// Reads the fields of a query, and notes those that are wrong.
///
/// A query is read as forms are written (`application/x-www-form-urlencoded`): a plus sign is a blank, `%2B` a plus sign.
/// Browsers, `URLSearchParams`, `curl --data-urlencode` and the libraries of most languages write queries so. A field
/// that is empty counts as missing, as in a form that was not filled in.
struct QueryReader: Sendable {
    /// The longest text that is searched for, in bytes.
    private static let textLimit = 500
    /// How many values of a field are looked at; more than there are to choose from helps nobody.
    private static let valueLimit = 50

    private let fields: Form
    private(set) var problems: [FieldProblem] = []

    init(_ fields: Form) { self.fields = fields }

    /// A field that is given once.
    mutating func text(_ name: String) -> String? {
        let values = Set(fields.all(name))
        guard values.count < 2 else {
            report(name, .duplicate, "\(name) is given \(values.count) times; give it once.")
            return nil
        }
        guard let text = fields.text(name) else { return nil }
        guard text.utf8.count <= Self.textLimit else {
            report(name, .tooLong, "\(name) has at most \(Self.textLimit) bytes.")
            return nil
        }
        return text
    }

    /// Every value of a field that may be given several times.
    mutating func texts(_ name: String) -> [String] {
        var texts: [String] = []
        for text in fields.all(name).prefix(Self.valueLimit) where !text.isEmpty && !texts.contains(text) {
            texts.append(text)
        }
        return texts
    }

    /// Every word of a field that may be given several times, and several with commas.
    mutating func words(_ name: String) -> [String] {
        texts(name).flatMap { $0.split(separator: ",") }.prefix(Self.valueLimit).map(\.trimmed)
    }

    /// What a word stands for, whatever the case of its letters.
    mutating func choice<Choice>(_ name: String, _ word: String, of known: [(name: String, Choice)]) -> Choice? {
        if let found = known.first(where: { $0.name.lowercased() == word.lowercased() }) { return found.1 }
        let names = known.map(\.name).joined(separator: ", ")
        report(name, .invalid, "There is no \(name) \(word.prefix(60)); known: \(names).")
        return nil
    }

    /// A whole number.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let message = "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)."
            report(name, .outOfRange, message)
            return nil
        }
        return number
    }

    /// What `read` makes of a text; `message` says what the text has to be where that is nothing.
    mutating func value<Value>(_ name: String, _ message: String, _ read: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = read(text) else {
            report(name, .invalid, message)
            return nil
        }
        return value
    }

    /// A place in a list, as another page of it named it.
    mutating func cursor<Cursor>(
        _ name: String = "cursor", from member: String = "nextCursor", _ read: (String) -> Cursor?
    ) -> Cursor? {
        value(name, "Use the \(member) of another page, unchanged.", read)
    }

    /// Notes a problem.
    mutating func report(_ field: String, _ code: FieldProblem.Code, _ message: String) {
        problems.append(FieldProblem(field, code, message))
    }

    /// Checks that nothing was wrong. Called when everything was read.
    ///
    /// - Throws: ``Problem`` that names every field which is wrong.
    func check() throws(Problem) {
        guard problems.isEmpty else { throw Problem(.badRequest, "invalid", "The query is wrong.", errors: problems) }
    }
}

extension Request {
    /// The fields of the query.
    var query: Form { Form(uri.query ?? "") }
}
