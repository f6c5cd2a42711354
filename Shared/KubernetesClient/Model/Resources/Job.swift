public import Foundation

/// Pods that run to their end.
public struct Job: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.jobs

    /// What a Job wants.
    public struct Spec: Sendable, Hashable, Codable {
        /// What its pods are made from.
        public var template: PodTemplate
        /// How often it is tried again.
        public var backoffLimit: Int?
        /// How many seconds it may take.
        public var activeDeadlineSeconds: Int?
        /// How many seconds it stays after its end.
        public var ttlSecondsAfterFinished: Int?
        /// How many pods must succeed.
        public var completions: Int?
        /// How many run at once.
        public var parallelism: Int?
        /// Whether it waits.
        public var suspend: Bool?

        /// A value to be sent.
        public init(
            template: PodTemplate, backoffLimit: Int? = nil, activeDeadlineSeconds: Int? = nil,
            ttlSecondsAfterFinished: Int? = nil, completions: Int? = nil, parallelism: Int? = nil, suspend: Bool? = nil
        ) {
            self.template = template
            self.backoffLimit = backoffLimit
            self.activeDeadlineSeconds = activeDeadlineSeconds
            self.ttlSecondsAfterFinished = ttlSecondsAfterFinished
            self.completions = completions
            self.parallelism = parallelism
            self.suspend = suspend
        }
    }

    /// A Job's state.
    public struct Status: Sendable, Hashable, Codable {
        /// Pods that run.
        public var active: Int?
        /// Pods that succeeded.
        public var succeeded: Int?
        /// Pods that failed.
        public var failed: Int?
        /// When it started.
        public var startTime: Date?
        /// When it succeeded.
        public var completionTime: Date?
        /// `Complete`, `Failed` and others.
        public var conditions: [Condition]?

        /// A value to be sent.
        public init(
            active: Int? = nil, succeeded: Int? = nil, failed: Int? = nil, startTime: Date? = nil,
            completionTime: Date? = nil, conditions: [Condition]? = nil
        ) {
            self.active = active
            self.succeeded = succeeded
            self.failed = failed
            self.startTime = startTime
            self.completionTime = completionTime
            self.conditions = conditions
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What is wanted.
    public var spec: Spec?
    /// What was observed.
    public var status: Status?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Whether it has succeeded.
    public var isComplete: Bool { status?.conditions?.contains { $0.type == "Complete" && $0.isTrue } ?? false }

    /// Why it has failed for good, or `nil` where it has not.
    public var failure: Condition? { status?.conditions?.first { $0.type == "Failed" && $0.isTrue } }
}
