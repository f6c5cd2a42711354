import KubernetesClient
import Testing

@testable import DevCluster

struct ProtobufDecoderTests {
    /// A field with bytes.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    private static func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private static func body(_ apiVersion: String, _ kind: String, _ object: [UInt8]) -> [UInt8] {
        ProtobufDecoder.magic + field(1, text(1, apiVersion) + text(2, kind)) + field(2, object)
    }

    @Test func `a secret's bytes become base64 and zero times are absent`() throws {
        let metadata = Self.text(1, "key") + Self.text(2, "") + Self.field(8, [])
        let entry = Self.text(1, "a") + Self.text(2, "b")
        let object = Self.field(1, metadata) + Self.field(2, entry) + Self.text(3, "Opaque")
        let decoded = try ProtobufDecoder.decode(Self.body("v1", "Secret", object))
        #expect(
            decoded == [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "key"], "data": ["a": "Yg=="],
                "type": "Opaque",
            ])
    }

    @Test func `a zero behind a pointer is kept, another is not`() throws {
        // replicas: 0 and minReadySeconds: 0
        let object = Self.field(2, [1 << 3, 0, 5 << 3, 0])
        let decoded = try ProtobufDecoder.decode(Self.body("apps/v1", "Deployment", object))
        #expect(decoded["spec"] == ["replicas": 0])
    }

    @Test func `inlined types have their fields in the object around them`() throws {
        let reference = Self.text(1, "credentials")
        let selector = Self.field(1, reference) + Self.text(2, "password")
        let variable = Self.text(1, "PASSWORD") + Self.field(3, Self.field(4, selector))
        let container = Self.text(1, "web") + Self.field(7, variable)
        let object = Self.field(2, Self.field(2, container))
        let decoded = try ProtobufDecoder.decode(Self.body("v1", "Pod", object))
        let reference2 = decoded["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]
        #expect(reference2 == ["name": "credentials", "key": "password"])
    }

    @Test(arguments: [[UInt8]("{}".utf8), [0x6B, 0x38, 0x73, 0x00, 0x0A, 0x7F], []])
    func `what is no such body is refused`(_ body: [UInt8]) {
        #expect(throws: APIError.self) { try ProtobufDecoder.decode(body) }
    }

    @Test func `a type without fields is refused by name`() {
        let error = #expect(throws: APIError.self) {
            try ProtobufDecoder.decode(Self.body("example.test/v1", "Rocket", []))
        }
        #expect(error?.code == 415)
    }
}
