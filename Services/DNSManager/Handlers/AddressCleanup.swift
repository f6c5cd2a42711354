import Shared

extension CleanupScope {
    /// What dns-manager answers for: the objects that stand for addresses.
    static func addresses(of type: ResourceType, stuckAfter: Duration) -> CleanupScope {
        CleanupScope(participant: .dnsManager, stuckAfter: stuckAfter) { preview in
            [
                Entry(
                    type: type, selector: LabelSelector(stringLiteral: PreviewLabels.selector(for: preview)),
                    isDeleted: true, madeBy: CleanupParticipant.dnsManager.rawValue)
            ]
        }
    }
}
