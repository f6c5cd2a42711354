/// A variable of a container.
public struct EnvironmentVariable: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: String?
    /// Where its value comes from instead.
    public var valueFrom: EnvironmentValueSource?

    /// A value to be sent.
    public init(name: String, value: String? = nil, valueFrom: EnvironmentValueSource? = nil) {
        self.name = name
        self.value = value
        self.valueFrom = valueFrom
    }
}

/// Where a variable's value comes from.
public struct EnvironmentValueSource: Sendable, Hashable, Codable {
    /// A key of a Secret or ConfigMap in the pod's namespace.
    public struct KeyReference: Sendable, Hashable, Codable {
        /// The object's name.
        public var name: String
        /// The key.
        public var key: String
        /// Whether it may be missing.
        public var optional: Bool?

        /// A value to be sent.
        public init(name: String, key: String, optional: Bool? = nil) {
            self.name = name
            self.key = key
            self.optional = optional
        }
    }

    /// A field of the pod.
    public struct FieldReference: Sendable, Hashable, Codable {
        /// Such as `status.podIP`.
        public var fieldPath: String
        /// The version that the path is written for.
        public var apiVersion: String?

        /// A value to be sent.
        public init(fieldPath: String, apiVersion: String? = nil) {
            self.fieldPath = fieldPath
            self.apiVersion = apiVersion
        }
    }

    /// A key of a Secret.
    public var secretKeyRef: KeyReference?
    /// A key of a ConfigMap.
    public var configMapKeyRef: KeyReference?
    /// A field of the pod.
    public var fieldRef: FieldReference?
    /// A resource of the container.
    public var resourceFieldRef: JSONValue?

    /// A value to be sent.
    public init(
        secretKeyRef: KeyReference? = nil, configMapKeyRef: KeyReference? = nil, fieldRef: FieldReference? = nil,
        resourceFieldRef: JSONValue? = nil
    ) {
        self.secretKeyRef = secretKeyRef
        self.configMapKeyRef = configMapKeyRef
        self.fieldRef = fieldRef
        self.resourceFieldRef = resourceFieldRef
    }
}

/// All keys of a Secret or ConfigMap as variables.
public struct EnvironmentSource: Sendable, Hashable, Codable {
    /// An object in the pod's namespace.
    public struct ObjectName: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Whether it may be missing.
        public var optional: Bool?

        /// A value to be sent.
        public init(name: String, optional: Bool? = nil) {
            self.name = name
            self.optional = optional
        }
    }

    /// What is put before each name.
    public var prefix: String?
    /// The Secret.
    public var secretRef: ObjectName?
    /// The ConfigMap.
    public var configMapRef: ObjectName?

    /// A value to be sent.
    public init(prefix: String? = nil, secretRef: ObjectName? = nil, configMapRef: ObjectName? = nil) {
        self.prefix = prefix
        self.secretRef = secretRef
        self.configMapRef = configMapRef
    }
}
