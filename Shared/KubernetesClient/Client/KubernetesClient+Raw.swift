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
}
