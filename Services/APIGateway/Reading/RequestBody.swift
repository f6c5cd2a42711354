import HTTPTypes
import Hummingbird
import KubernetesClient
import NIOCore

extension Request {
    /// The longest body that is read: 1 MiB.
    static let bodyLimit = 1 << 20

    /// The body's bytes.
    func bodyBytes() async throws -> ByteBuffer { try await body.collect(upTo: Self.bodyLimit) }
}

/// A body that has to be a JSON object.
enum RequestBody {
    /// Reads an object; an empty body counts as `{}` where `isOptional`.
    static func object(
        _ buffer: ByteBuffer, of request: Request, isOptional: Bool = false
    ) throws -> [String: JSONValue] {
        if isOptional, buffer.readableBytes == 0 { return [:] }
        if let type = request.headers[.contentType], !type.lowercased().contains("json") {
            throw Problem(.unsupportedMediaType, "unsupported-media-type", "Send application/json, not \(type).")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(buffer.readableBytesView), depthLimit: 32, rejectsDuplicateNames: true)
        } catch {
            throw Problem(.badRequest, "malformed", "The body is no JSON: \(error).")
        }
        guard let members = value.object else {
            throw Problem(.badRequest, "malformed", "The body has to be a JSON object.")
        }
        return members
    }
}
