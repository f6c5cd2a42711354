import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import KubernetesClient
import Logging
import MessageBus
import NIOCore
import Persistence
import PreviewDomain
import Synchronization
import Testing

@testable import APIGateway

/// A gateway over a database in memory, with a clock that the test moves, and the messages that it would publish.
final class GatewayFixture: Sendable {
    static let adminToken = "the-first-admin-of-the-tests"

    let gateway: Gateway
    private let client: Mutex<(any TestClientProtocol)?> = Mutex(nil)
    private let told = Mutex<[PreviewStateReported]>([])
    private let kept = Mutex<[any MessagePayload]>([])
    private let seen = Mutex(Int64(0))

    init(_ configure: (inout APIGatewayConfiguration) -> Void = { _ in }) async throws {
        var configuration = APIGatewayConfiguration()
        configuration.bootstrapToken = Self.adminToken
        configuration.addresses = AddressFormat(baseDomain: "preview.localhost", scheme: "http", port: 8081)
        configure(&configuration)
        let start = Date(timeIntervalSince1970: 1_780_000_000)
        let now = Clock(start)
        self.now = now
        gateway = try await Gateway(
            configuration: configuration, database: .inMemory(migrations: GatewaySchema.migrations),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { now.present })
    }

    /// The gateway after a restart with other settings: over the same database, with the same clock.
    init(configuration: APIGatewayConfiguration, sharing other: GatewayFixture) async throws {
        let now = other.now
        self.now = now
        gateway = try await Gateway(
            configuration: configuration, database: other.gateway.store.database, logger: other.gateway.logger,
            now: { now.present })
    }

    private let now: Clock
    /// What the provisioner answers to a question for logs; nothing where it is `nil`.
    let logs = Mutex<[LogsAnswered.ContainerLog]?>(nil)
    /// How the message bus is; there is none where it is `nil`.
    let messages = Mutex<MessageBusHealth?>(nil)

    /// A clock that stands still until it is moved.
    final class Clock: Sendable {
        private let instant: Mutex<Date>
        init(_ instant: Date) { self.instant = Mutex(instant) }
        var present: Date { instant.withLock { $0 } }
        func advance(by seconds: TimeInterval) { instant.withLock { $0 += seconds } }
    }

    var present: Date { now.present }
    func advance(by seconds: TimeInterval) { now.advance(by: seconds) }

    /// Serves the REST API while `body` runs.
    func serving(
        _ setup: TestingSetup = .router, _ body: @Sendable () async throws -> Void
    ) async throws {
        let application = gateway.application(
            askLogs: { [self] question, _ throws(MessageBusError) in
                guard let answer = logs.withLock({ $0 }) else { throw .requestTimedOut }
                return LogsAnswered(preview: question.preview, service: question.service, logs: answer)
            }, messages: { [self] in messages.withLock { $0 } })
        try await application.test(setup) { client in
            self.client.withLock { $0 = client }
            try await body()
            self.client.withLock { $0 = nil }
        }
    }

    /// An answer of the REST API.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String

        var json: JSONValue? { try? JSONValue(parsing: text) }
        var code: String? { json["code"].string }
        /// The fields that a problem document names, with what is wrong.
        var errors: [String] {
            (json["errors"].array ?? []).map { "\($0["field"].string ?? "?") \($0["code"].string ?? "?")" }
        }
    }

    @discardableResult
    func call(
        _ method: HTTPRequest.Method, _ path: String, body: String? = nil, token: String? = adminToken,
        headers extra: [String: String] = [:]
    ) async throws -> Answer {
        var headers = HTTPFields()
        headers[.authorization] = token.map { "Bearer \($0)" }
        if body != nil { headers[.contentType] = "application/json" }
        for (name, value) in extra { headers[try #require(HTTPField.Name(name))] = value }
        return try await send(method, "/api/v1\(path)", headers: headers, body: body)
    }

    /// Any request, to the API or to the console.
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields, body: String? = nil
    ) async throws -> Answer {
        let client = try #require(self.client.withLock { $0 })
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(
                status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    /// Asks for a page of the console, as a browser would.
    func page(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        let client = try #require(self.client.withLock { $0 })
        return try await client.execute(uri: path, method: method, headers: headers, body: nil) { response in
            Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    /// A token of the role given.
    func token(_ role: Role, organization: String = "default") async throws -> String {
        let name = try #require(OrganizationName(rawValue: organization))
        let made = try await gateway.tokens.make(
            organization: name, name: "\(role) \(UUID().uuidString)", role: role,
            cause: Cause(actor: "admin"), at: present)
        return try #require(made).token
    }

    /// Hands a message to the handler of its type, as the bus would.
    func deliver<Payload: MessagePayload>(_ payload: Payload, id: String = UUID().uuidString) async throws {
        try await deliver(try Message(payload, source: "test", id: id).encoded(), as: Payload.key)
    }

    /// Hands what another system wrote to the handler of its type.
    func deliver(_ key: MessageKey, data: String, id: String) async throws {
        let body = """
            {"specversion": "1.0", "id": "\(id)", "source": "test", "type": "\(key.eventType)", "data": \(data)}
            """
        try await deliver(Data(body.utf8), as: key)
    }

    private func deliver(_ body: Data, as key: MessageKey) async throws {
        for handler in gateway.handlers + gateway.intake where try await handle(body, as: key, by: handler) { return }
        Issue.record("nobody handles \(key)")
    }

    private func handle<Handler: MessageHandler>(
        _ body: Data, as key: MessageKey, by handler: Handler
    ) async throws -> Bool {
        guard Handler.Payload.key == key else { return false }
        let (message, payload) = try Message.decode(Handler.Payload.self, from: body)
        let context = MessageContext(
            message: message, queue: "api-gateway", service: "api-gateway", logger: gateway.logger,
            publisher: NobodyPublishes())
        let answer = try await handler.handle(payload, context: context)
        #expect(answer.isEmpty, "what the gateway says goes through its outbox")
        return true
    }

    /// The messages stored in the outbox since the last call, in order, but for previews' states.
    func published() async throws -> [any MessagePayload] {
        let rows = try await gateway.store.database.read { [last = seen.withLock { $0 }] database in
            try Row.fetchAll(
                database, sql: "SELECT sequence, message FROM outbox WHERE sequence > ? ORDER BY sequence",
                arguments: [last]
            ).map { (sequence: $0["sequence"] as Int64, text: $0["message"] as String) }
        }
        if let last = rows.last { seen.withLock { $0 = last.sequence } }
        let all = try rows.map { row in
            let encoded = try JSONCoding.decoder.decode(EncodedMessage.self, from: Data(row.text.utf8))
            return try Message(decoding: encoded.body).payload
        }
        told.withLock { $0 += all.compactMap { $0 as? PreviewStateReported } }
        return all.filter { !($0 is PreviewStateReported) }
    }

    /// The states told since the last call, in order.
    func states() async throws -> [PreviewStateReported] {
        kept.withLock { $0 = [] }
        let others = try await published()
        kept.withLock { $0 = others }
        return told.withLock { told in
            defer { told = [] }
            return told
        }
    }

    /// What was published beside the states that ``states()`` read.
    var others: [any MessagePayload] { kept.withLock { $0 } }

    /// The keys of the messages stored since the last call.
    func publishedKeys() async throws -> [String] { try await published().map { type(of: $0).key.description } }

    /// How many previews are stored.
    func storedPreviews() async throws -> Int {
        try await gateway.store.database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM previews") ?? 0 }
    }

    private struct NobodyPublishes: MessagePublishing {
        func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
            throw .stopped(messageIDs: messages.map(\.id))
        }
    }
}
