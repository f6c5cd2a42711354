import Foundation
import PreviewDomain
import Testing

/// Holds `docs/messages.schema.json`, which `docs/asyncapi.yaml` refers to, to the messages' types.
@Suite struct MessageSchemaTests {
    private static func schemas() throws -> MessageSchemas {
        var schemas = MessageSchemas()
        for example in MessageExamples.all { try schemas.add(example) }
        return schemas
    }

    @Test func `the document has every field that a message has, and no other`() throws {
        let document = JSONNode.object([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "What Understudy's messages carry as data",
            "$defs": .object(try Self.schemas().definitions),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/messages.schema.json")
        if ProcessInfo.processInfo.environment["UNDERSTUDY_RECORD_DOCUMENTS"] != nil {
            try (encoder.encode(document) + Data("\n".utf8)).write(to: file)
        }
        let kept = try JSONDecoder().decode(JSONNode.self, from: Data(contentsOf: file))
        #expect(kept == document, "run the test with UNDERSTUDY_RECORD_DOCUMENTS=1 to write it anew")
    }

    @Test func `what is found out of types is right`() throws {
        let definitions = try Self.schemas().definitions
        guard case .object(let detail)? = definitions["DatabaseDetail"] else {
            Issue.record("DatabaseDetail is missing")
            return
        }
        #expect(detail["required"] == .array(["database", "host", "method", "owner", "port", "secret"]))
        guard case .object(let properties)? = detail["properties"] else {
            Issue.record("DatabaseDetail has no properties")
            return
        }
        #expect(properties["size"] == .object(["type": "string"]))
        #expect(properties["port"] == .object(["type": "integer"]))
        #expect(definitions.keys.contains("PreviewSummary") && definitions.keys.contains("Failure"))
        for type in MessageCatalog.all { #expect(definitions["\(type)"] != nil, "\(type)") }
    }
}
