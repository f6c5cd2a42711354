import KubernetesClient
import Logging

extension ScriptedServer.Step {
    /// A whole answer with its length.
    static func answer(_ status: Int, _ body: String, headers: [String: String] = [:]) -> ScriptedServer.Step {
        var head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return .send(head + "\r\n" + body)
    }

    /// A whole answer in JSON.
    static func json(_ status: Int, _ body: JSONValue, headers: [String: String] = [:]) -> ScriptedServer.Step {
        answer(status, body.description, headers: headers.merging(["Content-Type": "application/json"]) { $1 })
    }

    /// A refusal as an API server sends it.
    static func refusal(
        _ code: Int, _ reason: String, message: String = "no", details: JSONValue? = nil,
        headers: [String: String] = [:]
    ) -> ScriptedServer.Step {
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": JSONValue(code),
            "reason": .string(reason), "message": .string(message),
        ]
        status["details"] = details
        return json(code, status, headers: headers)
    }

    /// The start of an answer that comes in chunks.
    static let chunkedHead = ScriptedServer.Step.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")

    /// One chunk.
    static func chunk(_ text: String) -> ScriptedServer.Step {
        .send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    /// The end of an answer that comes in chunks.
    static let lastChunk = ScriptedServer.Step.send("0\r\n\r\n")

    /// A watch's event as one chunk.
    static func event(_ type: String, _ object: JSONValue) -> ScriptedServer.Step {
        chunk((["type": .string(type), "object": object] as JSONValue).description + "\n")
    }

    /// A bookmark of a watch.
    static func bookmark(_ version: Int) -> ScriptedServer.Step {
        event("BOOKMARK", ["kind": "ConfigMap", "metadata": ["resourceVersion": .string(String(version))]])
    }

    /// The error by which a watch says that it cannot go on from a version.
    static let expired = ScriptedServer.Step.event(
        "ERROR",
        ["kind": "Status", "apiVersion": "v1", "code": 410, "reason": "Expired", "message": "too old resource version"])
}

/// A ConfigMap as a server sends it.
func configMap(_ name: String, version: Int) -> JSONValue {
    [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
            "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"),
            "resourceVersion": .string(String(version)),
        ],
    ]
}

/// A list of ConfigMaps as a server sends it.
func configMapList(version: Int, next: String? = nil, _ items: [JSONValue]) -> JSONValue {
    var list: JSONValue = [
        "apiVersion": "v1", "kind": "ConfigMapList", "metadata": ["resourceVersion": .string(String(version))],
        "items": .array(items),
    ]
    list["metadata"]["continue"] = next.map { .string($0) }
    return list
}

extension ScriptedServer {
    /// A client of this server that loses little time with retries.
    func client(
        _ configuration: KubernetesConfiguration? = nil, cluster: String? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ change: (inout ClientOptions) -> Void = { _ in }
    ) -> KubernetesClient {
        var options = ClientOptions()
        options.firstRetryDelay = .milliseconds(1)
        options.longestRetryDelay = .milliseconds(50)
        options.requestTimeout = .seconds(10)
        change(&options)
        return KubernetesClient(
            configuration: configuration ?? KubernetesConfiguration(server: url), fieldManager: "tester",
            cluster: cluster, options: options, logger: logger)
    }
}
