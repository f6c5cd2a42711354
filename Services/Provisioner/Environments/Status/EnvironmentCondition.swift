import Foundation
import KubernetesClient
import PreviewDomain

/// The aspects of a preview environment that its resource's conditions report.
enum EnvironmentCondition: String, Sendable, CaseIterable {
    case ready = "Ready"
    case databasesReady = "DatabasesReady"
    case addressesReady = "AddressesReady"
    case failed = "Failed"
}

/// What a condition says, but for the time of its last change.
struct ConditionVerdict: Sendable, Equatable {
    /// `nil` where nothing is known yet.
    var holds: Bool?
    var reason: String
    var message: String

    init(_ holds: Bool?, _ reason: String, _ message: String) {
        self.holds = holds
        self.reason = Self.word(reason)
        self.message = String(message.prefix(Self.longestMessage))
    }

    static let longestMessage = 8_000

    /// Nothing went wrong.
    static let noFailure = ConditionVerdict(false, "NoFailure", "Nothing has failed.")

    /// How the preview's parts of a kind stand, taken together.
    init(parts: [PreviewStateReported.PartState], what: String, readyReason: String) {
        let waiting = parts.filter { !$0.isReady }
        let names = parts.map(\.name).joined(separator: ", ")
        func say(_ parts: [PreviewStateReported.PartState], _ fallback: String) -> String {
            parts.map { "\($0.name): \($0.message ?? fallback)" }.joined(separator: "; ")
        }
        if parts.isEmpty {
            self.init(true, "NoneNeeded", "The preview has no \(what).")
        } else if waiting.isEmpty {
            self.init(true, readyReason, "Every one is ready: \(names).")
        } else if waiting.contains(where: \.hasFailed) {
            self.init(false, "Failed", say(waiting.filter(\.hasFailed), "it failed"))
        } else {
            self.init(false, "InProgress", say(waiting, "not ready yet"))
        }
    }

    /// The text as a condition's reason has to be: one word of letters and digits in UpperCamelCase.
    static func word(_ text: String) -> String {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        guard let first = joined.first else { return "Unknown" }
        return String((first.isLetter ? joined : "Reason\(joined)").prefix(1_000))
    }

    /// The condition with this verdict; its time changes only with its status.
    func condition(
        _ type: EnvironmentCondition, generation: Int, previous: Condition?, now: Date
    ) -> Condition {
        let status = holds.map { $0 ? "True" : "False" } ?? "Unknown"
        let isSame = previous?.status == status
        return Condition(
            type: type.rawValue, status: status, reason: reason, message: message,
            lastTransitionTime: isSame ? previous?.lastTransitionTime ?? now : now, observedGeneration: generation)
    }
}
