extension KubernetesObject {
    /// Names any object within one cluster.
    public struct Reference: Sendable, Hashable, Codable, CustomStringConvertible {
        /// The object's API version.
        public var apiVersion: String?
        /// The object's kind.
        public var kind: String?
        /// The object's namespace.
        public var namespace: String?
        /// The object's name.
        public var name: String?
        /// The object's unique id.
        public var uid: String?

        /// A reference to an object.
        public init(apiVersion: String?, kind: String?, namespace: String?, name: String?, uid: String? = nil) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }

        /// For a log or a message to a person, such as `Pod preview-x/orders-1`.
        public var description: String {
            "\(kind ?? "object") \(namespace.map { "\($0)/" } ?? "")\(name ?? "?")"
        }
    }
}
