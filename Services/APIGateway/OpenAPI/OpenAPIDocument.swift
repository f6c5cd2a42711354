import HTTPTypes
import KubernetesClient

/// The OpenAPI 3.1 document of the REST API, put together from its operations and schemas.
enum OpenAPIDocument {
    static let value: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Understudy", "version": "1",
            "description": .string(
                "Preview environments for Kubernetes. Refusals are RFC 9457 problem documents whose `errors` name "
                    + "each wrong field. Times are RFC 3339 in UTC. Queries are read as forms are written: a plus sign is a "
                    + "blank, %2B a plus sign."),
        ],
        "security": [["token": []]],
        "paths": .object(paths),
        "components": [
            "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            "schemas": .object(Schema.all),
        ],
    ]

    private static var paths: [String: JSONValue] {
        var paths: [String: JSONValue] = [:]
        for operation in Operation.all {
            var path = paths[operation.path] ?? .object([:])
            path[operation.method.rawValue.lowercased()] = operation.document
            paths[operation.path] = path
        }
        return paths
    }
}
