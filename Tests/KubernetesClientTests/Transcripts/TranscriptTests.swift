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

    @Test func `every recorded object of a modelled type is read by its model`() throws {
        var counts: [String: Int] = [:]
        for exchange in try Transcript.exchanges() where exchange.status < 300 {
            for object in objects(in: exchange) {
                let kind = object["kind"].string ?? ""
                guard let check = Self.models["\(object["apiVersion"].string ?? "") \(kind)"] else { continue }
                #expect(throws: Never.self, "\(exchange.name)") { try check(object) }
                counts[kind, default: 0] += 1
            }
        }
        let kinds = Self.models.keys.map { String($0.split(separator: " ")[1]) }
        #expect(kinds.filter { counts[$0] == nil } == [])
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

    private func objects(in exchange: Transcript.Exchange) -> [JSONValue] {
        // Bookmarks are objects without content.
        var objects = exchange.events.filter { $0["type"] != "BOOKMARK" }.compactMap { $0["object"] }
        guard let body = exchange.body else { return objects }
        guard let items = body["items"].array, let kind = body["kind"].string, kind.hasSuffix("List") else {
            return objects + [body]
        }
        for var item in items {
            item["kind"] = .string(String(kind.dropLast(4)))
            item["apiVersion"] = body["apiVersion"]
            objects.append(item)
        }
        return objects
    }

    private static let models: [String: @Sendable (JSONValue) throws -> Void] = [
        "v1 Namespace": check(Namespace.self), "v1 Pod": check(Pod.self), "v1 Service": check(KubernetesService.self),
        "v1 Secret": check(Secret.self), "v1 ConfigMap": check(ConfigMap.self), "v1 Event": check(KubernetesEvent.self),
        "apps/v1 Deployment": check(Deployment.self), "batch/v1 Job": check(Job.self),
        "networking.k8s.io/v1 Ingress": check(Ingress.self),
        "discovery.k8s.io/v1 EndpointSlice": check(EndpointSlice.self),
    ]

    /// Reads an object by its model, writes it, and finds nothing in it that the object did not say.
    private static func check<Resource: KubernetesResource>(
        _ type: Resource.Type
    ) -> @Sendable (JSONValue) throws -> Void {
        { value in
            let resource: Resource = try value.decoded()
            let written = try KubernetesObject(resource)
            #expect(written.name == value["metadata"]["name"].string)
            #expect(Self.isPart(written.value, of: value), "\(written.value) is no part of \(value)")
        }
    }

    private static func isPart(_ part: JSONValue, of whole: JSONValue) -> Bool {
        switch (part, whole) {
        case (.object(let members), .object(let all)):
            members.allSatisfy { name, member in
                all[name].map { isPart(member, of: $0) } ?? ["kind", "apiVersion"].contains(name)
            }
        case (.array(let elements), .array(let all)):
            elements.count == all.count && zip(elements, all).allSatisfy { isPart($0, of: $1) }
        default: part == whole
        }
    }
}
