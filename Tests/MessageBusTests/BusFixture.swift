import Foundation
import Logging
import PreviewDomain
import ServiceLifecycle
import Synchronization
import Testing

@testable import MessageBus

/// Runs a bus and consumers on a broker for the duration of `body`, and shuts them down gracefully.
func withBus<Result: Sendable>(
    _ url: String, service: String = "worker", configure: (inout RabbitMQConfiguration) -> Void = { _ in },
    consumers: (MessageBus) -> [MessageConsumer] = { _ in [] },
    _ body: (MessageBus) async throws -> Result
) async throws -> Result {
    var configuration = try RabbitMQConfiguration(url: url)
    configuration.retryDelays = [.milliseconds(100), .milliseconds(300)]
    configuration.reconnectDelay = .milliseconds(50) ... .milliseconds(500)
    configure(&configuration)
    let bus = MessageBus(service: service, configuration: configuration, logger: quiet)
    let services: [any Service] = [bus] + consumers(bus)
    let group = ServiceGroup(configuration: .init(services: services, gracefulShutdownSignals: [], logger: quiet))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        try await eventually("the bus is ready") {
            bus.health.isReady && bus.health.consumers.count == services.count - 1
        }
        let result = await Swift.Result { try await body(bus) }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}

/// A logger that says nothing, unless `UNDERSTUDY_TEST_LOG` is set.
let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["UNDERSTUDY_TEST_LOG"] == nil ? .critical : .debug
    return logger
}()

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// Waits until a condition holds; fails naming it when it does not in time.
func eventually(
    _ what: String, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw NotInTime(what: what, location: "\(sourceLocation)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct NotInTime: Error, CustomStringConvertible {
    let what: String
    let location: String
    var description: String { "not in time: \(what) (\(location))" }
}

/// What happened, in order, from any task.
final class Record<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    @discardableResult
    func add(_ element: Element) -> Int {
        elements.withLock {
            $0.append(element)
            return $0.count
        }
    }

    var all: [Element] { elements.withLock { $0 } }
    var count: Int { elements.withLock { $0.count } }
}

/// A handler that is a closure.
struct Handle<Payload: MessagePayload>: MessageHandler {
    let body: @Sendable (Payload, MessageContext) async throws -> [any MessagePayload]

    init(
        _ type: Payload.Type = Payload.self,
        _ body: @escaping @Sendable (Payload, MessageContext) async throws -> [any MessagePayload]
    ) {
        self.body = body
    }

    func handle(_ payload: Payload, context: MessageContext) async throws -> [any MessagePayload] {
        try await body(payload, context)
    }
}

/// An error that says what to do.
struct Failing: ClassifiedFailure, CustomStringConvertible {
    let failureClass: FailureClass
    let description: String

    init(_ failureClass: FailureClass, _ description: String = "it broke") {
        self.failureClass = failureClass
        self.description = description
    }
}

/// A preview for tests, its id made of a number.
func preview(_ number: Int = 0) throws -> PreviewReference {
    let alphabet = Array("bcdfghjkmnpqrstvwxz23456789")
    var digits: [Character] = []
    var rest = number
    for _ in 0..<8 {
        digits.append(alphabet[rest % alphabet.count])
        rest /= alphabet.count
    }
    return PreviewReference(
        id: try #require(PreviewID(rawValue: String(digits))),
        organization: try #require(OrganizationName(rawValue: "acme")),
        cluster: "local")
}

/// A request for a namespace; a service's input, in tests.
func namespaceRequested(_ number: Int = 0) throws -> NamespaceRequested {
    NamespaceRequested(preview: try preview(number), expiresAt: Date(timeIntervalSince1970: 1_800_000_000))
}

/// The answer to it.
func namespaceReady(_ preview: PreviewReference) -> NamespaceReady {
    NamespaceReady(preview: preview, observedAt: Date(timeIntervalSince1970: 1_800_000_000), podSecurity: "restricted")
}
