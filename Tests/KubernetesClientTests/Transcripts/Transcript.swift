import Foundation
import KubernetesClient

/// Recorded exchanges of real clients with a real API server, from a folder beside the package where it is at hand.
struct Transcript {
    struct Exchange {
        var name: String
        var method: String
        var path: String
        var status: Int
        var contentType: String
        var body: JSONValue?
        var events: [JSONValue]
    }

    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["UNDERSTUDY_SHARED"]
        let beside = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
        let folder = (environment.map { URL(fileURLWithPath: $0) } ?? beside).appendingPathComponent("transcripts")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// All exchanges whose answers were recorded whole.
    static func exchanges() throws -> [Exchange] {
        guard let folder else { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".jsonl") }.sorted()
        return try files.flatMap { file in
            try Data(contentsOf: folder.appendingPathComponent(file)).split(separator: UInt8(ascii: "\n"))
                .compactMap { line in exchange(try JSONValue(parsing: line), file: file) }
        }
    }

    private static func exchange(_ value: JSONValue, file: String) -> Exchange? {
        guard value["type"] == "exchange", value["madeBy"] == nil, let status = value["status"].int,
            let path = value["path"].string, let method = value["method"].string
        else { return nil }
        return Exchange(
            name: "\(file)#\(value["seq"].int ?? 0)", method: method, path: path, status: status,
            contentType: value["responseHeaders"]["Content-Type"].string ?? "",
            body: value["responseBody"].flatMap { isWhole($0) ? $0 : nil },
            events: (value["events"].array ?? []).compactMap { event in
                (event["event"] ?? event["object"].map { ["type": event["type"] ?? "", "object": $0] })
            }.filter(isWhole))
    }

    private static func isWhole(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let members):
            members["$sameAs"] == nil && members["$trimmed"] == nil && members["$protobuf"] == nil
                && members.values.allSatisfy(isWhole)
        case .array(let elements): elements.allSatisfy(isWhole)
        case .string(let text): !text.contains("characters trimmed>") && !text.hasPrefix("<left out")
        default: true
        }
    }
}
