import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Carries requests and answers between the HTTP library and the API.
struct ClusterResponder: HTTPResponder {
    let server: APIServer
    /// Bodies up to this size are taken, as by Kubernetes.
    private static let bodyLimit = 8 << 20

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var read = Self.read(request)
        if request.method != .get, request.method != .head {
            do {
                let buffer = try await request.body.collect(upTo: Self.bodyLimit)
                read.body = Array(buffer.readableBytesView)
            } catch is NIOTooManyBytesError {
                let error = APIError(
                    code: 413, reason: "RequestEntityTooLarge",
                    message: "Request entity too large: limit is \(Self.bodyLimit)")
                return Self.write(.error(error), for: request)
            }
        }
        var response = await server.respond(to: read)
        if request.method == .head { response.body = .bytes([]) }
        return Self.write(response, for: request)
    }

    private static func read(_ request: Request) -> APIRequest {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? "/"
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { "\($0),\(field.value)" } ?? field.value
        }
        return APIRequest(
            method: request.method.rawValue,
            path: path.split(separator: "/").map { APIRequest.decode($0) }, rawPath: String(path),
            query: parts.count > 1 ? APIRequest.parseQuery(String(parts[1])) : [:], headers: headers)
    }

    private static func write(_ response: APIResponse, for request: Request) -> Response {
        var headers = HTTPFields()
        if response.status != 304 { headers[.contentType] = response.contentType }
        if !response.headers.contains(where: { $0.name == "Cache-Control" }) {
            headers[.cacheControl] = "no-cache, private"
        }
        if response.isRefusedByAuthorizer || (response.contentType.hasPrefix("text/plain") && response.status >= 400) {
            headers[.xContentTypeOptions] = "nosniff"
        }
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        let status = HTTPResponse.Status(code: response.status)
        switch response.body {
        case .bytes(let bytes):
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let produce):
            let body = ResponseBody { writer in
                try await stream(produce, for: request, to: &writer)
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        }
    }

    /// Writes what comes about until it ends, or the client leaves.
    private static func stream(
        _ produce: @escaping @Sendable (_ write: @escaping APIResponse.Write) async throws -> Void,
        for request: Request, to writer: inout any ResponseBodyWriter
    ) async throws {
        // A client that reads nothing for so long is given up: it starts over with a list.
        let (chunks, continuation) = AsyncStream.makeStream(
            of: [UInt8].self, bufferingPolicy: .bufferingOldest(50_000))
        try await request.body.consumeWithInboundCloseHandler { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    try await produce { bytes in
                        guard case .enqueued = continuation.yield(bytes) else { throw CancellationError() }
                    }
                }
                for await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                group.cancelAll()
            }
        } onInboundClosed: {
            continuation.finish()
        }
    }
}
