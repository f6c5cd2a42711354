/// An environment variable as a container has it, read beside its secrets.
public struct SourceVariable: Sendable, Hashable {
    /// The key of a Secret or ConfigMap that a value comes from.
    public struct KeyReference: Sendable, Hashable {
        /// The Secret's or ConfigMap's name.
        public let name: String
        /// The key in its data.
        public let key: String

        /// Creates a reference.
        public init(name: String, key: String) {
            self.name = name
            self.key = key
        }
    }

    /// The variable's name.
    public let name: String
    /// The container that has it.
    public let container: String
    /// Where its value comes from.
    public let source: ApplicationVariable.Source
    /// The value, or `nil` where it can't be known, such as a field of the pod.
    public let value: String?
    /// Where a Secret's or ConfigMap's value comes from.
    public let reference: KeyReference?

    /// Creates a variable.
    public init(
        name: String, container: String, source: ApplicationVariable.Source, value: String?,
        reference: KeyReference? = nil
    ) {
        self.name = name
        self.container = container
        self.source = source
        self.value = value
        self.reference = reference
    }
}

/// What a variable leads to.
public struct VariableFinding: Sendable, Hashable {
    /// The variable.
    public let variable: SourceVariable
    /// The database that it leads to; `nil` where it leads to none.
    public let database: DatabaseReference?
    /// What part of the connection it holds; `nil` where it leads to no database.
    public let role: VariableRole?
    /// Whether the value comes from a secret of the database itself, which the clone has too.
    public let isDatabaseSecret: Bool
    /// Why, in words; without any value.
    public let reason: String

    /// What the catalogue says of it: never a secret's value.
    public var catalogued: ApplicationVariable {
        ApplicationVariable(
            name: variable.name, container: variable.container, kind: database == nil ? .copied : .autoOverride,
            source: variable.source, value: variable.source == .secret ? nil : variable.value, reason: reason,
            database: database, role: role)
    }
}
