import Foundation
import PreviewDomain

/// A preview as the REST API shows it.
struct PreviewDocument: Encodable {
    struct Service: Encodable {
        struct Promotion: Encodable {
            enum State: String, Encodable {
                case none, requested, started, completed, failed
            }

            var state: State
            var attempt: Int
            var message: String?
            var diff: String?
            var revision: String?
        }

        enum Health: String, Encodable {
            case deploying = "Deploying"
            case healthy = "Healthy"
            case unhealthy = "Unhealthy"
            case failed = "Failed"
        }

        var name: String
        var application: String
        var sourceVersion: String
        var targetVersion: String
        var health: Health
        var message: String?
        var replicas: Int
        var resources: ResourceSettings
        var autoscaling: AutoscalingSettings
        var variables: [String: String?]
        var databases: [String]
        var externalDNS: Bool
        var externalURL: String?
        var addressReady: Bool?
        var internalHost: String
        var approved: Bool
        var approvedBy: String?
        var approvedAt: Date?
        var promotion: Promotion
    }

    struct Database: Encodable {
        enum Status: String, Encodable {
            case pending = "Pending"
            case cloning = "Cloning"
            case ready = "Ready"
            case failed = "Failed"
        }

        var name: String
        var source: DatabaseReference
        var status: Status
        var method: String?
        var message: String?
        var progress: Double?
        var host: String?
        var port: Int?
        /// Of its volume, as a Kubernetes quantity.
        var size: String?
    }

    struct Cleanup: Encodable {
        var state: CleanupState
        var receipt: String?
        var stuck: [StuckObject]
    }

    struct End: Encodable {
        var kind: Ending.Kind
        var by: String
        var at: Date
        var reason: String?
    }

    var id: PreviewID
    var name: String
    var organization: OrganizationName
    var cluster: String
    var namespace: String
    var origin: PreviewOrigin
    /// The `PreviewEnvironment` that it was ordered by.
    var resource: PreviewResource?
    var pullRequest: PullRequest?
    var createdBy: String
    var status: PreviewStatus
    var message: String
    var progress: Double
    var generation: Int
    var createdAt: Date
    var expiresAt: Date
    var ttlHours: Double
    var services: [Service]
    var databases: [Database]
    var cost: CostEstimate
    var cleanup: Cleanup
    var ending: End?
}
