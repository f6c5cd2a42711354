import KubernetesClient

/// `/openapi/v2` without definitions: clients before kubectl 1.27, and newer ones for kinds that their copy of v3 does
/// not have yet, then leave validation to the server.
enum OpenAPIv2Document {
    static let protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    static let json: JSONValue = [
        "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.36.2"], "paths": [:], "definitions": [:],
    ]

    /// The same as a `openapi.v2.Document`: fields 1 `swagger`, 2 `info` with 1 `title` and 2 `version`, 8 `paths`.
    static let protobuf: [UInt8] = {
        func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
        let info = field(1, Array("Kubernetes".utf8)) + field(2, Array("v1.36.2".utf8))
        return field(1, Array("2.0".utf8)) + field(2, info) + field(8, [])
    }()
}
