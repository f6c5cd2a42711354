import Foundation
import HTTPTypes
import Hummingbird
import PreviewDomain

/// An RFC 9457 problem document, thrown by whoever can't do what was asked.
struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    /// What kind of problem it is, for programs, such as `quota-exceeded`.
    var code: String
    /// What is wrong and what to do, as a sentence.
    var detail: String
    var errors: [FieldProblem] = []
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [FieldProblem] = []) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
    }

    static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, "unauthorized", detail)
        problem.headers[.wwwAuthenticate] = "Bearer"
        return problem
    }

    static func noPreview(_ id: String) -> Problem {
        Problem(.notFound, "not-found", "There is no preview \(id); GET /api/v1/previews lists them.")
    }

    static func invalid(_ errors: [FieldProblem]) -> Problem {
        let fields = errors.count == 1 ? "One field is" : "\(errors.count) fields are"
        return Problem(.unprocessableContent, "invalid", "\(fields) wrong; see errors.", errors: errors)
    }
}

/// The document's form in JSON.
private struct ProblemDocument: Encodable {
    var type: String
    var title: String
    var status: Int
    var code: String
    var detail: String
    var instance: String
    var errors: [FieldProblem]
}

extension Problem: HTTPResponseError {
    func response(from request: Request, context: some RequestContext) throws -> Response {
        let document = ProblemDocument(
            type: "urn:understudy:problem:\(code)", title: status.reasonPhrase, status: status.code, code: code,
            detail: detail, instance: request.uri.path, errors: errors)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: .init(bytes: try JSONCoding.encoder.encode(document))))
    }
}
