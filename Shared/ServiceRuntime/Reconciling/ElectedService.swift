public import KubernetesClient
public import Logging
import PreviewDomain
public import ServiceLifecycle

/// Runs services in one replica at a time; the others wait.
public struct ElectedService: Service {
    private let election: LeaseElection
    private let prepare: @Sendable () async throws -> Void
    private let makeServices: @Sendable () -> [any Service]
    private let logger: Logger

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - election: decides which replica runs them.
    ///   - prepare: makes what the election needs, such as its namespace; repeated until it succeeds.
    ///   - services: makes what runs in the elected replica, all at once; made anew at each election, since what was
    ///     remembered of the last term says nothing of the time in which others watched.
    public init(
        election: LeaseElection, prepare: @escaping @Sendable () async throws -> Void = {},
        logger: Logger, services: @escaping @Sendable () -> [any Service]
    ) {
        self.election = election
        self.prepare = prepare
        self.makeServices = services
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
                            for service in makeServices() { group.addTask { try await service.run() } }
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
