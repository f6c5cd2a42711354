import Hummingbird
import KubernetesClient
import NIOCore

/// Shows the API's own description, to anyone.
struct DocumentRoutes: Sendable {
    private let body = ByteBuffer(bytes: OpenAPIDocument.value.serializedBytes())

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("openapi.json") { [body] _, _ in Response.json(body) }
    }
}
