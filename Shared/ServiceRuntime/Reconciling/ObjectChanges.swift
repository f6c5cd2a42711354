public import KubernetesClient
public import Logging
import PreviewDomain
import ServiceLifecycle

/// Follows objects of a cluster for as long as the service runs.
public struct ObjectChanges: Sendable {
    private let client: KubernetesClient
    private let logger: Logger
    private let retryAfter: Duration

    /// Creates a follower.
    ///
    /// - Parameter retryAfter: the pause before another attempt where the objects can't be watched at all, as when the
    ///   cluster does not serve their type (yet).
    public init(client: KubernetesClient, logger: Logger, retryAfter: Duration = .seconds(15)) {
        self.client = client
        self.logger = logger
        self.retryAfter = retryAfter
    }

    /// Calls back with each object that is there, has changed or is gone, until graceful shutdown or cancellation. What
    /// disappeared while the watch was interrupted is not called back with: revisit what you know now and then.
    ///
    /// - Parameters:
    ///   - type: the objects' type.
    ///   - namespace: where they are; `nil` for all namespaces.
    ///   - labels: which labels they carry.
    ///   - fields: which values their fields have.
    ///   - change: told of each.
    public func follow(
        _ type: ResourceType, namespace: String? = nil, labels: LabelSelector? = nil, fields: FieldSelector? = nil,
        _ change: @escaping @Sendable (KubernetesObject) -> Void
    ) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = retryAfter
                do {
                    for try await event in client.watch(type, namespace: namespace, labels: labels, fields: fields) {
                        switch event {
                        case .initial(let objects), .relisted(let objects): objects.forEach(change)
                        case .added(let object), .modified(let object), .deleted(let object): change(object)
                        }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    let isOutage = (error as? any ClassifiedFailure)?.isOutage == true
                    if isOutage { pause = .seconds(1) }
                    logger.log(
                        level: isOutage ? .debug : .notice,
                        "Could not watch, trying again", metadata: ["type": "\(type)", "error": "\(error)"])
                }
                try? await client.pause(for: pause)
            }
        }
    }
}
