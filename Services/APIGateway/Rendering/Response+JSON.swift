import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PreviewDomain

extension Response {
    /// An answer in JSON, by the conventions of the API.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        json(ByteBuffer(bytes: try JSONCoding.encoder.encode(value)), status: status, headers: headers)
    }

    /// An answer of finished JSON.
    static func json(
        _ body: ByteBuffer, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: .init(byteBuffer: body))
    }
}
