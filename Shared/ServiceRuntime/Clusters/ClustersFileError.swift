public import PreviewDomain

/// Everything that is wrong with the file that names the clusters.
public struct ClustersFileError: ClassifiedFailure, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable {
        /// Where, such as `clusters[1] (europe).baseDomain`; `nil` for the file as a whole.
        public var field: String?
        /// What is wrong.
        public var problem: String
        /// What to do about it.
        public var remedy: String
    }

    /// The file's path.
    public var file: String
    /// What is wrong with it, in the order of the file.
    public var problems: [Problem]

    /// Creates the error of several problems.
    public init(file: String, problems: [Problem]) {
        self.file = file
        self.problems = problems
    }

    init(file: String, field: String?, problem: String, remedy: String) {
        self.init(file: file, problems: [Problem(field: field, problem: problem, remedy: remedy)])
    }

    /// A process cannot do without its configuration.
    public var failureClass: FailureClass { .fatal }

    /// A sentence for each problem, one a line.
    public var description: String {
        problems.map { problem in
            "\(file): \(problem.field.map { "\($0): " } ?? "")\(problem.problem); \(problem.remedy)"
        }.joined(separator: "\n")
    }
}
