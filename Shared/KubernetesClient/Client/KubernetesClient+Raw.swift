public import Foundation

/// A successful answer to a raw request.
public struct RawResponse: Sendable {
    /// The HTTP status, from 200 to 299.
    public var status: Int
    /// By name in lower case.
    public var headers: [String: String]
    /// The body as it came.
    public var body: Data
}

extension KubernetesClient {
    /// Sends any request, for what has no call of its own.
    ///
    /// - Parameters:
    ///   - method: such as `GET`.
    ///   - path: from `/` on, percent-encoded.
    ///   - query: names and values, not encoded.
    ///   - body: sent as `contentType`.
    ///   - contentType: the body's media type.
    ///   - accept: the media types that the answer may have.
    public func raw(
        _ method: String, _ path: String, query: [String: String] = [:], body: Data? = nil,
        contentType: String = "application/json", accept: String = "application/json"
    ) async throws -> RawResponse {
        var request = APIRequest(method, path)
        for (name, value) in query.sorted(by: { $0.key < $1.key }) { request.add(name, value) }
        request.body = body.map { Array($0) }
        request.contentType = body.map { _ in contentType }
        request.accept = accept
        let response = try await connection.perform(request)
        return RawResponse(
            status: response.head.status, headers: response.head.headers, body: Data(response.body))
    }

    /// Reads what a pod's container wrote to its output.
    ///
    /// - Parameters:
    ///   - pod: the pod's name.
    ///   - namespace: where it is.
    ///   - container: which of its containers; may be left out where there is one.
    ///   - tailLines: how many lines from the end.
    ///   - previous: whether to read the run before the last restart.
    ///   - limitBytes: how much at most.
    public func logs(
        pod: String, namespace: String, container: String? = nil, tailLines: Int? = 1000, previous: Bool = false,
        limitBytes: Int = 4 << 20
    ) async throws -> String {
        var request = APIRequest("GET", ResourceType.pods.path(namespace: namespace, name: pod, subresource: "log"))
        request.accept = "text/plain, application/json"
        request.add("container", container)
        request.add("tailLines", tailLines.map { String($0) })
        if previous { request.add("previous", "true") }
        request.add("limitBytes", String(limitBytes))
        let response = try await connection.perform(request)
        return String(decoding: response.body, as: UTF8.self)
    }
}
