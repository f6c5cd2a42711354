public import Configuration
import PreviewDomain

/// A setting that is missing or can't be used.
public struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
    /// The key, such as `amqp.url`.
    public let key: String
    /// What is wrong, and what would be right.
    public let problem: String

    /// Creates a problem.
    public init(key: String, problem: String) {
        self.key = key
        self.problem = problem
    }

    /// The environment variable of the key.
    public var environmentVariable: String {
        key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    /// One sentence for an operator.
    public var description: String { "\(environmentVariable): \(problem)" }
}

extension ConfigReader {
    /// The string at a key.
    ///
    /// - Throws: ``ConfigurationProblem`` with the example when it is not set.
    public func required(
        _ key: ConfigKey, example: String, isSecret: Bool = false
    ) throws(ConfigurationProblem) -> String {
        guard let value = string(forKey: key, isSecret: isSecret), !value.isEmpty else {
            throw ConfigurationProblem(
                key: key.components.joined(separator: "."), problem: "is not set; for example \(example)")
        }
        return value
    }

    /// A port number, 0 to 65535.
    public func port(_ key: ConfigKey, default fallback: Int) throws(ConfigurationProblem) -> Int {
        try number(key, default: fallback, in: 0...65535)
    }

    /// A whole number in a range.
    public func number(
        _ key: ConfigKey, default fallback: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationProblem) -> Int {
        let name = key.components.joined(separator: ".")
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = string(forKey: key), !text.isEmpty else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw ConfigurationProblem(key: name, problem: "\(text) is not \(expected)")
        }
        return value
    }

    /// A Kubernetes quantity, as it is written.
    public func quantity(_ key: ConfigKey, default fallback: String) throws(ConfigurationProblem) -> String {
        guard let text = string(forKey: key), !text.isEmpty else { return fallback }
        guard Quantity(text) != nil else {
            throw ConfigurationProblem(
                key: key.components.joined(separator: "."), problem: "\(text) is no quantity such as 500m or 4Gi")
        }
        return text
    }
}
