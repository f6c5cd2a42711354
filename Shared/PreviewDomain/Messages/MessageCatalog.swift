/// Every message type that travels between services.
public enum MessageCatalog {
    /// The types, in the order of a preview's life.
    public static let all: [any MessagePayload.Type] = [
        PreviewCreated.self,
        PreviewUpdated.self,
        PreviewDeploying.self,
        PreviewReady.self,
        PreviewApproved.self,
        PreviewCompleted.self,
        PreviewRejected.self,
        PreviewExpired.self,
        PreviewFailed.self,
        PreviewTornDown.self,
        PreviewCleaned.self,
        PreviewStateReported.self,
        PreviewRefused.self,
        PreviewAbsent.self,
        NamespaceRequested.self,
        NamespaceReady.self,
        NamespaceFailed.self,
        DatabaseRequested.self,
        DatabaseCloning.self,
        DatabaseReady.self,
        DatabaseFailed.self,
        ServiceRequested.self,
        ServiceDeploying.self,
        ServiceHealthy.self,
        ServiceUnhealthy.self,
        ServiceFailed.self,
        AddressRequested.self,
        AddressReady.self,
        AddressFailed.self,
        ServiceApproved.self,
        PromotionRequested.self,
        PromotionStarted.self,
        PromotionCompleted.self,
        PromotionFailed.self,
        CleanupRequested.self,
        CleanupCompleted.self,
        CleanupFailed.self,
        ResourcePlanned.self,
        ResourceRemoved.self,
        ExpiryDue.self,
        CatalogueRequested.self,
        CatalogueChanged.self,
        LogsRequested.self,
        LogsAnswered.self,
        PreviewCreationRequested.self,
        PreviewActionRequested.self,
        PreviewApplyRequested.self,
        PreviewWithdrawRequested.self,
    ]

    private static let byEventType = Dictionary(uniqueKeysWithValues: all.map { ($0.key.eventType, $0) })

    /// The payload type of a CloudEvents `type`, or `nil` where it is unknown.
    static func type(ofEvent eventType: String) -> (any MessagePayload.Type)? { byEventType[eventType] }
}
