public import KubernetesClient
public import Logging
import PreviewDomain
public import ServiceLifecycle

/// Runs services in one replica at a time; the others wait.
public struct ElectedService: Service {
    private let election: LeaseElection
    private let prepare: @Sendable () async throws -> Void
    private let services: [any Service]
    private let logger: Logger

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - election: decides which replica runs them.
    ///   - prepare: makes what the election needs, such as its namespace; repeated until it succeeds.
    ///   - services: what runs in the elected replica, all at once.
    public init(
        election: LeaseElection, prepare: @escaping @Sendable () async throws -> Void = {}, services: [any Service],
        logger: Logger
    ) {
        self.election = election
        self.prepare = prepare
        self.services = services
        self.logger = logger
    }

    /// Takes part in the election until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await prepare()
                    try await election.run {
                        logger.debug("Elected to watch", metadata: ["lease": "\(election.name)"])
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for service in services { group.addTask { try await service.run() } }
                            try await group.waitForAll()
                        }
                    }
                    return
                } catch is CancellationError {
                    return
                } catch {
                    let isOutage = (error as? any ClassifiedFailure)?.isOutage == true
                    logger.log(
                        level: isOutage ? .debug : .warning, "Could not watch, trying again",
                        metadata: ["lease": "\(election.name)", "error": "\(error)"])
                    // Cancellation ends the pause; the loop's condition sees it.
                    try? await election.pause(for: .seconds(2))
                }
            }
        }
    }
}
