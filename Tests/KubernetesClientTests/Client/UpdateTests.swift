import KubernetesClient
import Synchronization
import Testing

/// Changes that are made to the newest version of an object.
@Suite(.timeLimit(.minutes(1))) struct UpdateTests {
    /// A server with one object, which somebody else changes so many times right after it is read.
    private func server(interference: Int) throws -> ScriptedServer {
        let state = Mutex((object: configMap("a", version: 1), interference: interference))
        return try ScriptedServer { request in
            state.withLock { state in
                guard request.path.hasSuffix("/a") else { return [.refusal(404, "NotFound", details: ["name": "b"])] }
                let current = state.object
                let version = Int(current["metadata"]["resourceVersion"].string ?? "") ?? 0
                func change(_ object: JSONValue) {
                    state.object = object
                    state.object["metadata"]["resourceVersion"] = .string(String(version + 1))
                }
                if request.method == "GET" {
                    if state.interference > 0 {
                        state.interference -= 1
                        var other = current
                        other["data"]["theirs"] = .string(String(version))
                        change(other)
                    }
                    return [.json(200, current)]
                }
                guard let sent = request.json,
                    sent["metadata"]["resourceVersion"] == current["metadata"]["resourceVersion"]
                else { return [.refusal(409, "Conflict")] }
                change(sent)
                return [.json(200, state.object)]
            }
        }
    }

    @Test func `a conflict is solved by reading again, and nobody's change is lost`() async throws {
        let server = try server(interference: 2)
        defer { server.stop() }
        let updated = try await server.client().update(.configMaps, name: "a", namespace: "shop") { object in
            object["data"]["ours"] = "yes"
            object["metadata"]?["resourceVersion"] = nil
        }
        #expect(updated?["data"] == ["ours": "yes", "theirs": "2"])
        #expect(server.requests.map(\.method) == ["GET", "PUT", "GET", "PUT", "GET", "PUT"])
        #expect(server.requests.last?.query["fieldManager"] == "tester")
        #expect(server.requests.last?.query["fieldValidation"] == "Strict")
    }

    @Test func `conflicts without end are reported`() async throws {
        let server = try server(interference: 100)
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client().update(.configMaps, name: "a", namespace: "shop", attempts: 3) {
                $0["data"]["ours"] = "yes"
            }
        }
        #expect(error?.isConflict == true)
        #expect(server.requests.count == 6)
    }

    @Test func `what need not change, or is not there, is not written`() async throws {
        let server = try server(interference: 0)
        defer { server.stop() }
        let client = server.client()
        let same = try await client.update(.configMaps, name: "a", namespace: "shop") { $0["metadata"]?["name"] = "a" }
        #expect(same?.resourceVersion == "1")
        #expect(try await client.update(.configMaps, name: "b", namespace: "shop") { $0["x"] = 1 } == nil)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
    }
}
