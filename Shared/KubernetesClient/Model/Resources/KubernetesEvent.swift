public import Foundation

/// Something that happened to an object.
public struct KubernetesEvent: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.events

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// The object.
    public var involvedObject: KubernetesObject.Reference
    /// What happened, as one word, such as `FailedScheduling`.
    public var reason: String?
    /// What happened, as a sentence.
    public var message: String?
    /// `Normal` or `Warning`.
    public var type: String?
    /// How often it happened.
    public var count: Int?
    /// When it happened first.
    public var firstTimestamp: Date?
    /// When it happened last.
    public var lastTimestamp: Date?
    /// When it happened.
    public var eventTime: MicroTime?
    /// What was done about it.
    public var action: String?
    /// Who reports it.
    public var reportingComponent: String?
    /// Which of them.
    public var reportingInstance: String?

    /// An object to be made.
    public init(
        metadata: ObjectMeta, involvedObject: KubernetesObject.Reference, reason: String? = nil,
        message: String? = nil, type: String? = nil, count: Int? = nil, firstTimestamp: Date? = nil,
        lastTimestamp: Date? = nil, eventTime: MicroTime? = nil, action: String? = nil,
        reportingComponent: String? = nil, reportingInstance: String? = nil
    ) {
        self.metadata = metadata
        self.involvedObject = involvedObject
        self.reason = reason
        self.message = message
        self.type = type
        self.count = count
        self.firstTimestamp = firstTimestamp
        self.lastTimestamp = lastTimestamp
        self.eventTime = eventTime
        self.action = action
        self.reportingComponent = reportingComponent
        self.reportingInstance = reportingInstance
    }

    /// When it happened last, by whichever field tells.
    public var time: Date? { lastTimestamp ?? eventTime?.date ?? metadata.creationTimestamp }
}
