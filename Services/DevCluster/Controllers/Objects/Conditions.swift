import Foundation
import KubernetesClient

/// One entry of `status.conditions`.
struct Condition: Sendable {
    var type: String
    var isTrue: Bool
    var reason: String
    var message: String

    init(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) {
        self.type = type
        self.isTrue = isTrue
        self.reason = reason
        self.message = message
    }
}

extension JSONValue {
    /// The condition of a type in `status.conditions`.
    func condition(_ type: String) -> JSONValue? {
        self["status"]["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    /// Puts a condition into this `status`, keeping the time of its last transition while its state stays the same.
    ///
    /// - Parameter updateTime: the member that notes the last change of reason or message, for types that have one.
    mutating func setCondition(_ condition: Condition, updateTime: String? = nil, now: Date = Date()) {
        var conditions = self["conditions"]?.array ?? []
        let index = conditions.firstIndex { $0["type"]?.string == condition.type }
        let old = index.map { conditions[$0] }
        let state: JSONValue = condition.isTrue ? "True" : "False"
        let time = JSONValue.string(Timestamp.format(now))
        var new: JSONValue = [
            "type": .string(condition.type), "status": state,
            "lastTransitionTime": old?["status"] == state ? (old?["lastTransitionTime"] ?? time) : time,
        ]
        if !condition.reason.isEmpty { new["reason"] = .string(condition.reason) }
        if !condition.message.isEmpty { new["message"] = .string(condition.message) }
        if let updateTime {
            let isSame = old?["status"] == state && old?["reason"] == new["reason"]
            new[updateTime] = isSame ? (old?[updateTime] ?? time) : time
        }
        // A message that names another pod at each attempt is no news, and must not lead to the next attempt.
        if let old, old["status"] == new["status"], old["reason"] == new["reason"], condition.type == "ReplicaFailure" {
            return
        }
        if let index {
            conditions[index] = new
        } else {
            conditions.append(new)
        }
        self["conditions"] = .array(conditions)
    }

    /// Takes a condition out of this `status`.
    mutating func removeCondition(_ type: String) {
        guard let conditions = self["conditions"]?.array else { return }
        self["conditions"] = .array(conditions.filter { $0["type"]?.string != type })
    }
}
