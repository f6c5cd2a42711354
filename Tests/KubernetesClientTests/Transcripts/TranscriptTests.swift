import KubernetesClient
import PreviewDomain
import Testing

@Suite(
    .enabled(if: Transcript.folder != nil, "no recorded exchanges at hand: set UNDERSTUDY_SHARED to their folder"),
    .timeLimit(.minutes(2)))
struct TranscriptTests {
    @Test func `every recorded answer survives being read and written`() throws {
        let exchanges = try Transcript.exchanges()
        #expect(exchanges.count > 500)
        for body in exchanges.compactMap(\.body) {
            #expect(try JSONValue(parsing: body.serialized()) == body)
            #expect(try JSONValue(encoding: body.decoded(as: JSONValue.self)) == body)
        }
    }

    @Test func `every recorded refusal is understood`() throws {
        var reasons: Set<String> = []
        for exchange in try Transcript.exchanges() where exchange.status >= 400 {
            guard let body = exchange.body, body["kind"] == "Status" else { continue }
            let status = try #require(APIStatus(body), "\(exchange.name)")
            let error = KubernetesError(.status(status), method: exchange.method, path: exchange.path)
            #expect(status.code == exchange.status, "\(exchange.name)")
            #expect(!status.message.isEmpty, "\(exchange.name)")
            reasons.insert(status.reason)
            switch status.reason {
            case "NotFound": #expect(error.isNotFound)
            case "AlreadyExists": #expect(error.isAlreadyExists && !error.isConflict)
            case "Conflict": #expect(error.isConflict && !error.isAlreadyExists)
            case "Invalid", "BadRequest": #expect(error.isInvalid && !error.isTransient)
            case "Forbidden": #expect(error.isForbidden && !error.isTransient)
            case "Expired", "Gone": #expect(error.isExpired)
            case "TooManyRequests", "Timeout": #expect(error.isTransient)
            default: break
            }
        }
        let expected: Set = ["NotFound", "AlreadyExists", "Conflict", "Invalid", "BadRequest", "Forbidden", "Expired"]
        #expect(reasons.isSuperset(of: expected))
    }

    @Test(arguments: [
        ("10-errors-validation.jsonl#80", [true, false, false]),
        ("10-errors-validation.jsonl#78", [true, false, false]),
        ("09-namespace-termination.jsonl#11", [false, true, false]),
        ("05-apply-server-side.jsonl#34", [false, false, true]),
    ])
    func `finer reasons are told apart`(name: String, expected: [Bool]) throws {
        let exchange = try #require(try Transcript.exchanges().first { $0.name == name })
        let status = try #require(exchange.body.flatMap { APIStatus($0) })
        let error = KubernetesError(.status(status), method: exchange.method, path: exchange.path)
        #expect([error.isQuotaExceeded, error.isNamespaceTerminating, error.isFieldManagerConflict] == expected)
        #expect(error.failureClass == .permanent)
    }

    @Test func `every recorded watch is read to its last event`() async throws {
        let recorded = try Transcript.exchanges().filter { exchange in
            let types = exchange.events.map { $0["type"].string }
            return !exchange.events.isEmpty && !types.contains("ERROR")
                && exchange.events.allSatisfy { $0["object"]["kind"] != "Table" }
        }
        #expect(recorded.count > 20)
        for exchange in recorded {
            let server = try ScriptedServer { request in
                guard request.isWatch else { return [.json(200, configMapList(version: 1, []))] }
                return [.chunkedHead] + exchange.events.map { .chunk($0.description + "\n") } + [.waitForClose]
            }
            defer { server.stop() }
            var iterator = server.client().watch(.configMaps).makeAsyncIterator()
            _ = try await iterator.next()
            for event in exchange.events where event["type"] != "BOOKMARK" {
                let object = try #require(event["object"])
                switch try await iterator.next() {
                case .added(let item): #expect(event["type"] == "ADDED" && item.value == object)
                case .modified(let item): #expect(event["type"] == "MODIFIED" && item.value == object)
                case .deleted(let item): #expect(event["type"] == "DELETED" && item.value == object)
                default: Issue.record("\(exchange.name): an event is missing")
                }
            }
        }
    }
}
