import Foundation
import KubernetesClient
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct WatchTests {
    /// Reads a number of events, as text: `initial a@1,b@2`, `added c@3`.
    private func events(_ count: Int, of watch: WatchSequence) async throws -> [String] {
        var iterator = watch.makeAsyncIterator()
        var texts: [String] = []
        while texts.count < count, let event = try await iterator.next() { texts.append(text(event)) }
        return texts
    }

    private func text(_ event: WatchEvent) -> String {
        func name(_ object: KubernetesObject) -> String { "\(object.name)@\(object.resourceVersion ?? "?")" }
        return switch event {
        case .initial(let items): "initial " + items.map(name).joined(separator: ",")
        case .relisted(let items): "relisted " + items.map(name).joined(separator: ",")
        case .added(let item): "added " + name(item)
        case .modified(let item): "modified " + name(item)
        case .deleted(let item): "deleted " + name(item)
        }
    }

    private func server(
        list: [JSONValue], _ watches: [[ScriptedServer.Step]]
    ) throws -> ScriptedServer {
        let remaining = Mutex((lists: list, watches: watches))
        return try ScriptedServer { request in
            remaining.withLock { remaining in
                guard request.isWatch else {
                    let list = remaining.lists[0]
                    if remaining.lists.count > 1 { remaining.lists.removeFirst() }
                    return [.json(200, list)]
                }
                return remaining.watches.isEmpty ? [.chunkedHead, .waitForClose] : remaining.watches.removeFirst()
            }
        }
    }

    private func watchVersions(_ server: ScriptedServer) -> [String?] {
        server.requests.filter(\.isWatch).map { $0.query["resourceVersion"] }
    }

    @Test func `what is there comes first, then each change`() async throws {
        let server = try server(
            list: [configMapList(version: 5, [configMap("a", version: 1), configMap("b", version: 2)])],
            [
                [
                    .chunkedHead, .event("ADDED", configMap("c", version: 6)),
                    .event("MODIFIED", configMap("a", version: 7)),
                    .event("DELETED", configMap("b", version: 8)), .waitForClose,
                ]
            ])
        defer { server.stop() }
        let watch = server.client().watch(.configMaps, namespace: "shop", labels: "x=y")
        #expect(
            try await events(4, of: watch) == ["initial a@1,b@2", "added c@6", "modified a@7", "deleted b@8"])
        let request = try #require(server.requests.last)
        #expect(request.query["resourceVersion"] == "5")
        #expect(request.query["allowWatchBookmarks"] == "true")
        #expect(request.query["labelSelector"] == "x=y")
        #expect(request.query["timeoutSeconds"].flatMap { Int($0) }.map { (232...290).contains($0) } == true)
    }

    @Test func `a watch that is cut in the middle of an event goes on from the last whole one`() async throws {
        let whole: JSONValue = ["type": "MODIFIED", "object": configMap("a", version: 7)]
        let server = try server(
            list: [configMapList(version: 5, [])],
            [
                [
                    .chunkedHead, .event("ADDED", configMap("a", version: 6)),
                    .chunk(String(whole.description.prefix(40))), .close,
                ],
                [.chunkedHead, .event("MODIFIED", configMap("a", version: 7)), .waitForClose],
            ])
        defer { server.stop() }
        let watch = server.client().watch(.configMaps)
        #expect(try await events(3, of: watch) == ["initial ", "added a@6", "modified a@7"])
        #expect(watchVersions(server) == ["5", "6"])
    }

    @Test func `an event in many pieces, and many events in one, are read`() async throws {
        let one = (["type": "ADDED", "object": configMap("a", version: 6)] as JSONValue).description
        let two = (["type": "ADDED", "object": configMap("b", version: 7)] as JSONValue).description
        let server = try server(
            list: [configMapList(version: 5, [])],
            [
                [.chunkedHead] + one.map { .chunk(String($0)) }
                    + [.chunk("\n\n" + two + "\n" + one + "\n"), .waitForClose]
            ])
        defer { server.stop() }
        #expect(
            try await events(4, of: server.client().watch(.configMaps))
                == ["initial ", "added a@6", "added b@7", "added a@6"])
    }

    @Test func `bookmarks move the point to go on from`() async throws {
        let server = try server(
            list: [configMapList(version: 5, [])],
            [
                [.chunkedHead, .bookmark(20), .lastChunk],
                [.chunkedHead, .event("ADDED", configMap("a", version: 21)), .waitForClose],
            ])
        defer { server.stop() }
        #expect(try await events(2, of: server.client().watch(.configMaps)) == ["initial ", "added a@21"])
        #expect(watchVersions(server) == ["5", "20"])
    }

    @Test(arguments: [
        [ScriptedServer.Step.chunkedHead, .expired, .lastChunk], [.refusal(410, "Gone")],
    ])
    func `where the server forgot the version, everything is listed anew`(steps: [ScriptedServer.Step]) async throws {
        let server = try server(
            list: [
                configMapList(version: 5, [configMap("a", version: 1)]),
                configMapList(version: 50, [configMap("b", version: 49)]),
            ], [steps, [.chunkedHead, .event("DELETED", configMap("b", version: 51)), .waitForClose]])
        defer { server.stop() }
        #expect(
            try await events(3, of: server.client().watch(.configMaps))
                == ["initial a@1", "relisted b@49", "deleted b@51"])
        #expect(watchVersions(server) == ["5", "50"])
    }

    @Test func `a watch that died in silence is taken up again`() async throws {
        let server = try server(
            list: [configMapList(version: 5, [])],
            [
                [.chunkedHead, .bookmark(9), .waitForClose],
                [.chunkedHead, .event("ADDED", configMap("a", version: 10)), .waitForClose],
            ])
        defer { server.stop() }
        let client = server.client { $0.watchIdleTimeout = .seconds(2) }
        #expect(try await events(2, of: client.watch(.configMaps)) == ["initial ", "added a@10"])
        #expect(watchVersions(server) == ["5", "9"])
    }

    @Test func `a server that stays silent about a version is asked for everything again`() async throws {
        // As after etcd was set back: it waits until it reaches the version once more.
        let server = try server(
            list: [configMapList(version: 50, []), configMapList(version: 7, [configMap("a", version: 6)])],
            [
                [.chunkedHead, .waitForClose], [.chunkedHead, .waitForClose],
                [.chunkedHead, .event("ADDED", configMap("b", version: 8)), .waitForClose],
            ])
        defer { server.stop() }
        let client = server.client { $0.watchIdleTimeout = .seconds(3) }
        #expect(try await events(3, of: client.watch(.configMaps)) == ["initial ", "relisted a@6", "added b@8"])
        #expect(watchVersions(server) == ["50", "50", "7"])
    }

    @Test func `a version that the server does not know yet is given up`() async throws {
        let tooLarge = ScriptedServer.Step.event(
            "ERROR",
            [
                "kind": "Status", "apiVersion": "v1", "code": 504, "reason": "Timeout",
                "message": "Too large resource version: 50, current: 7",
                "details": ["causes": [["reason": "ResourceVersionTooLarge", "message": "Too large"]]],
            ])
        let server = try server(
            list: [configMapList(version: 50, []), configMapList(version: 7, [])],
            [[.chunkedHead, tooLarge, .lastChunk]])
        defer { server.stop() }
        #expect(try await events(2, of: server.client().watch(.configMaps)) == ["initial ", "relisted "])
        #expect(watchVersions(server).first == "50")
    }

    @Test func `trouble after the start is waited out`() async throws {
        let server = try server(
            list: [configMapList(version: 5, [])],
            [
                [.refusal(500, "InternalError")], [.refusal(403, "Forbidden")], [.answer(502, "<html>bad gateway")],
                [.close], [.chunkedHead, .chunk("garbage\n"), .lastChunk],
                [.refusal(429, "TooManyRequests", headers: ["Retry-After": "0"])],
                [.chunkedHead, .event("ADDED", configMap("a", version: 10)), .waitForClose],
            ])
        defer { server.stop() }
        #expect(try await events(2, of: server.client().watch(.configMaps)) == ["initial ", "added a@10"])
        #expect(Set(watchVersions(server)) == ["5"])
    }

    @Test(arguments: [403, 404])
    func `a first list that cannot succeed is an error`(code: Int) async throws {
        let server = try ScriptedServer { _ in [.refusal(code, "No")] }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await events(1, of: server.client().watch(.postgresClusters))
        }
        #expect(error?.status?.code == code)
    }

    @Test func `cancelling the task ends the watch and its connection`() async throws {
        let server = try server(list: [configMapList(version: 5, [])], [])
        defer { server.stop() }
        let watch = server.client().watch(.configMaps)
        let task = Task { try await events(2, of: watch) }
        #expect(await eventually { server.requests.contains(where: \.isWatch) })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await eventually { server.closed.isOpen })
    }
}
