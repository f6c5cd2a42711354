import Foundation
import PreviewDomain
import Testing

/// What every message type looks like on the wire, in files that are kept. A field may be added, and then its file is
/// written anew with `UNDERSTUDY_RECORD_DOCUMENTS=1`; none may go or change.
@Suite struct GoldenMessageTests {
    static let types = MessageCatalog.all.map { $0.key.description }
    private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private var isRecording: Bool { ProcessInfo.processInfo.environment["UNDERSTUDY_RECORD_DOCUMENTS"] != nil }

    private func type(_ key: String) throws -> any MessagePayload.Type {
        try #require(MessageCatalog.all.first { $0.key.description == key })
    }

    @Test(arguments: types) func `a message is encoded as its golden file says`(key: String) throws {
        let example = try #require(try MessageExamples.example(of: type(key)), "\(key) has no example")
        let encoded = try MessageExamples.encoded(example)
        let file = folder.appending(path: "\(key).json")
        if isRecording { try Self.pretty(encoded).write(to: file) }
        #expect(try Self.pretty(Data(contentsOf: file)) == Self.pretty(encoded), "\(key) differs from its golden file")
    }

    @Test(arguments: types) func `an example has every field of its type, so that its golden file shows all of them`(
        key: String
    ) throws {
        let example = try #require(try MessageExamples.example(of: type(key)))
        #expect(unset(in: example, at: key) == [])
    }

    /// The fields that hold nothing, and lists that show no element.
    private func unset(in value: Any, at path: String) -> [String] {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional, .collection, .dictionary, .set:
            guard !mirror.children.isEmpty else { return [path] }
            return mirror.children.flatMap { unset(in: $0.value, at: path) }
        default:
            return mirror.children.flatMap { unset(in: $0.value, at: "\(path).\($0.label ?? "")") }
        }
    }

    @Test(arguments: types) func `a golden file is read as the message that it was, unknown fields ignored`(
        key: String
    ) throws {
        let golden = try Data(contentsOf: folder.appending(path: "\(key).json"))
        var object = try #require(try JSONSerialization.jsonObject(with: golden) as? [String: Any])
        object["fromALaterVersion"] = true
        var data = try #require(object["data"] as? [String: Any])
        data["fromALaterVersion"] = ["x": 1]
        object["data"] = data
        let message = try Message(decoding: JSONSerialization.data(withJSONObject: object))
        let example = try #require(try MessageExamples.example(of: type(key)))
        let isAsWritten = try MessageExamples.encoded(message.payload) == MessageExamples.encoded(example)
        // The test above may write the file only after this one has read it.
        #expect(
            isAsWritten,
            "\(key) is not as its golden file says\(isRecording ? "; it is written anew, so run again" : "")")
        #expect(message.routingKey == "v1.\(example.organization).\(key)")
        #expect(object["type"] as? String == "dev.understudy.\(key).v1")
        #expect(object["subject"] as? String == example.subject)
    }

    @Test func `there is a golden file for every type, and no other`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
        #expect(files.sorted() == Self.types.sorted())
    }

    @Test(arguments: ["", "null", "[]", "{}", #"{"specversion":"1.0"}"#, "\u{0}", #"{"specversion":"2.0","id":"1"}"#])
    func `what is no event is refused as malformed`(text: String) {
        #expect {
            try Message(decoding: Data(text.utf8))
        } throws: { error in
            if case MessageDecodingError.malformed = error { true } else { false }
        }
    }

    static func pretty(_ data: Data) throws -> Data {
        let object = try JSONSerialization.jsonObject(with: data)
        return try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }
}
