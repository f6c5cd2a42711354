import PreviewDomain

/// What a preview would be, before it is created: the answer to a plan.
struct PlanReview: Encodable {
    struct Service: Encodable {
        var name: String
        var application: String
        var sourceVersion: String
        var targetVersion: String
        var replicas: Int
        var resources: ResourceSettings
        var autoscaling: AutoscalingSettings
        var externalDNS: Bool
        var externalHost: String?
        var internalHost: String
        var databases: [String]
        var variables: [Variable]
    }

    struct Variable: Encodable {
        enum Kind: String, Encodable {
            /// As in production.
            case copied
            /// Rewritten to lead to the preview's own database or service.
            case autoOverride
            /// Typed by the user.
            case userOverride
        }

        var name: String
        var container: String?
        var kind: Kind
        var source: ApplicationVariable.Source?
        /// The value in production; `null` where it is secret or there is none.
        var oldValue: String?
        /// The value in the preview; `null` where it is secret or known only when the clone is there.
        var newValue: String?
        var reason: String

        enum CodingKeys: CodingKey { case name, container, kind, source, oldValue, newValue, reason }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encodeIfPresent(self.container, forKey: .container)
            try container.encode(kind, forKey: .kind)
            try container.encodeIfPresent(source, forKey: .source)
            try container.encode(oldValue, forKey: .oldValue)
            try container.encode(newValue, forKey: .newValue)
            try container.encode(reason, forKey: .reason)
        }
    }

    struct Database: Encodable {
        var name: String
        var source: DatabaseReference
        /// The services that use it.
        var services: [String]
    }

    struct Quota: Encodable {
        var limit: Int
        var active: Int
        var left: Int
    }

    var name: String
    var cluster: String
    var ttlHours: Double
    var services: [Service]
    var databases: [Database]
    var cost: CostEstimate
    var quota: Quota
    /// What stands against creating it.
    var problems: [FieldProblem]
    /// What does not, but should be known.
    var warnings: [FieldProblem]
}
