import Shared

extension CleanupScope {
    /// What dns-manager answers for: the objects that stand for addresses, and the copy of the certificate. That goes
    /// after them, whatever the configuration says by now.
    static func addresses(of type: ResourceType, stuckAfter: Duration) -> CleanupScope {
        CleanupScope(participant: .dnsManager, stuckAfter: stuckAfter) { preview in
            [
                (type, LabelSelector(stringLiteral: PreviewLabels.selector(for: preview))),
                (.secrets, CertificateCopies.selector(for: preview)),
            ].map { type, selector in
                Entry(
                    type: type, selector: selector, isDeleted: true, madeBy: CleanupParticipant.dnsManager.rawValue)
            }
        }
    }
}
