/// A field to type a line into, with its label, hint and problem.
struct InputField: Sendable {
    let id: String
    let name: String
    let label: String
    let value: String
    let hint: String?
    let problem: String?
    let placeholder: String?
    /// The id of a list of suggestions.
    let list: String?
    /// What a phone's keyboard is to offer.
    let mode: String?
    let isRequired: Bool
    /// The ids of what describes it, with blanks between them.
    let describedBy: String?

    init(
        _ id: String, name: String, label: String, value: String, hint: String? = nil, problem: String? = nil,
        placeholder: String? = nil, list: String? = nil, mode: String? = nil, isRequired: Bool = false
    ) {
        self.id = id
        self.name = name
        self.label = label
        self.value = value
        self.hint = hint
        self.problem = problem
        self.placeholder = placeholder
        self.list = list
        self.mode = mode
        self.isRequired = isRequired
        let described = [hint.map { _ in "\(id)-hint" }, problem.map { _ in "\(id)-problem" }].compactMap(\.self)
        describedBy = described.isEmpty ? nil : described.joined(separator: " ")
    }
}
