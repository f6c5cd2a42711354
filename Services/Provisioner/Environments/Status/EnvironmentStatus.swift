import Foundation
import KubernetesClient
import PreviewDomain

/// A PreviewEnvironment's status. It holds all that the next one depends on, so that any process can go on from it.
struct EnvironmentStatus: Sendable, Equatable {
    var phase: EnvironmentPhase?
    var verdicts: [EnvironmentCondition: ConditionVerdict] = [:]
    var observedGeneration = 0
    /// The preview that it shows, as the API names it.
    var preview: String?
    /// The revision of the preview's state that it shows.
    var revision: Int?
    var url: String?
    var namespace: String?
    var services: [JSONValue] = []
    var costEstimate: JSONValue?
    var createdAt: Date?
    var expiresAt: Date?
    /// When the gateway's word was heard last.
    var lastSyncedAt: Date?

    /// Before anything was reported.
    init() {}

    /// The status that an object has.
    init(of object: KubernetesObject) {
        let status = object.status
        phase = status["phase"].string.flatMap(EnvironmentPhase.init)
        for condition in object.conditions {
            guard let type = EnvironmentCondition(rawValue: condition.type) else { continue }
            let holds: Bool? = condition.isTrue ? true : condition.isFalse ? false : nil
            verdicts[type] = ConditionVerdict(holds, condition.reason ?? "", condition.message ?? "")
        }
        observedGeneration = status["observedGeneration"].int ?? 0
        preview = status["preview"].string
        revision = status["revision"].int
        url = status["url"].string
        namespace = status["namespace"].string
        services = status["services"].array ?? []
        costEstimate = status["costEstimate"]
        createdAt = status["createdAt"].string.flatMap(Timestamp.parse)
        expiresAt = status["expiresAt"].string.flatMap(Timestamp.parse)
        lastSyncedAt = status["lastSyncedAt"].string.flatMap(Timestamp.parse)
    }

    /// The status as JSON; conditions of other controllers stay, and times of conditions that do not change.
    func value(replacing old: KubernetesObject, now: Date) -> JSONValue {
        var value: JSONValue = .object([:])
        value["phase"] = phase.map { .string($0.rawValue) }
        value["observedGeneration"] = .int(Int64(observedGeneration))
        value["preview"] = preview.map { .string($0) }
        value["revision"] = revision.map { .int(Int64($0)) }
        value["url"] = url.map { .string($0) }
        value["namespace"] = namespace.map { .string($0) }
        if !services.isEmpty { value["services"] = .array(services) }
        value["costEstimate"] = costEstimate
        value["createdAt"] = createdAt.map { .string(Timestamp.format($0)) }
        value["expiresAt"] = expiresAt.map { .string(Timestamp.format($0)) }
        value["lastSyncedAt"] = lastSyncedAt.map { .string(Timestamp.format($0)) }
        let foreign = old.conditions.filter { EnvironmentCondition(rawValue: $0.type) == nil }
        let own = EnvironmentCondition.allCases.compactMap { type in
            verdicts[type]?.condition(
                type, generation: observedGeneration, previous: old.condition(type.rawValue), now: now)
        }
        value["conditions"] = .array((own + foreign).map(\.value))
        return value
    }
}
