import HTTPTypes
import KubernetesClient

/// One call of the REST API, as the OpenAPI document describes it.
struct Operation: Sendable {
    /// A parameter of the query or the header.
    struct Parameter: Sendable {
        var name: String
        var place = "query"
        var schema: JSONValue
        var description: String
    }

    var method: HTTPRequest.Method
    /// The path with its parameters in braces.
    var path: String
    var id: String
    var tag: String
    var summary: String
    /// The least role that may call it; none where no token is needed.
    var role: Role?
    var parameters: [Parameter] = []
    /// The name of the body's schema.
    var body: String?
    var bodyIsOptional = false
    /// The status of success.
    var success: HTTPResponse.Status = .ok
    /// The name of the schema of success; no content where it is `nil`.
    var answer: String?
    var answerType = "application/json"
    /// Another status of success, with the same answer.
    var otherSuccess: HTTPResponse.Status?
    /// The statuses of refusals, each a problem document.
    var refusals: [HTTPResponse.Status] = []

    /// The names of the path's parameters.
    private var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The operation object of the document.
    var document: JSONValue {
        var value: JSONValue = [
            "operationId": .string(id), "summary": .string(summary), "tags": [.string(tag)],
            "parameters": .array(parameterDocuments), "responses": .object(responses),
        ]
        if let role {
            value["description"] = .string("Needs the role \(role.rawValue) or a higher one.")
        } else {
            value["security"] = []
        }
        if let body {
            value["requestBody"] = [
                "required": .bool(!bodyIsOptional),
                "content": ["application/json": ["schema": Schema.reference(body)]],
            ]
        }
        return value
    }

    private var parameterDocuments: [JSONValue] {
        let inPath = pathParameters.map { name -> JSONValue in
            ["name": .string(name), "in": "path", "required": true, "schema": Schema.text]
        }
        return inPath
            + parameters.map {
                [
                    "name": .string($0.name), "in": .string($0.place), "required": false, "schema": $0.schema,
                    "description": .string($0.description),
                ]
            }
    }

    private var responses: [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        var content: JSONValue = ["description": .string(success.reasonPhrase)]
        if let answer { content["content"] = [answerType: ["schema": Schema.reference(answer)]] }
        responses["\(success.code)"] = content
        if let otherSuccess {
            content["description"] = .string(otherSuccess.reasonPhrase)
            responses["\(otherSuccess.code)"] = content
        }
        let authentication: [HTTPResponse.Status] = role == nil ? [] : [.unauthorized, .forbidden]
        for status in refusals + authentication {
            responses["\(status.code)"] = [
                "description": .string(status.reasonPhrase),
                "content": ["application/problem+json": ["schema": Schema.reference("Problem")]],
            ]
        }
        return responses
    }
}
