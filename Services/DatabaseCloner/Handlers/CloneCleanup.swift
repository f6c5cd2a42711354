import Shared

extension CleanupScope {
    /// What db-cloner answers for: the clones, what it copied for them, and what the operator made of them.
    static func clones(stuckAfter: Duration) -> CleanupScope {
        CleanupScope(participant: .databaseCloner, stuckAfter: stuckAfter) { preview in
            let ours = LabelSelector(stringLiteral: "\(PreviewLabels.selector(for: preview)),\(PreviewLabels.database)")
            // Instances and what belongs to them; the operator marks them, and they go away with the `Cluster`.
            let derived: LabelSelector = "cnpg.io/cluster"
            return [.postgresClusters, .secrets, .networkPolicies].map {
                Entry(
                    type: $0, selector: notDerived(ours), isDeleted: true,
                    madeBy: CleanupParticipant.databaseCloner.rawValue)
            }
                + [.pods, .persistentVolumeClaims, .jobs, .secrets, .services].map {
                    Entry(type: $0, selector: derived, isDeleted: false, madeBy: "cloudnative-pg")
                }
        }
    }

    /// The clone's labels are inherited by what the operator makes; that is left to the operator.
    private static func notDerived(_ selector: LabelSelector) -> LabelSelector {
        "\(selector.description),!cnpg.io/cluster"
    }
}
