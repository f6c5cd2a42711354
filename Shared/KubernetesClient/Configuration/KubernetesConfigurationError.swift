public import PreviewDomain

/// What is wrong with a configuration, where, and what to do about it.
public struct KubernetesConfigurationError: ClassifiedFailure, Hashable, CustomStringConvertible {
    /// The file in question.
    public var file: String?
    /// The field in question, such as `users[admin].exec`.
    public var field: String?
    /// What is wrong.
    public var problem: String
    /// What to do about it.
    public var remedy: String

    /// A problem with a configuration.
    public init(file: String? = nil, field: String? = nil, problem: String, remedy: String) {
        self.file = file
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }

    /// A process cannot do without its configuration.
    public var failureClass: FailureClass { .fatal }

    /// One sentence for an operator.
    public var description: String {
        let place = [file, field].compactMap { $0 }.joined(separator: ": ")
        return (place.isEmpty ? "" : "\(place): ") + "\(problem); \(remedy)"
    }
}
