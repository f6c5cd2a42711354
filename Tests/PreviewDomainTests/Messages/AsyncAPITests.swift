import Foundation
import PreviewDomain
import Testing

/// Holds `docs/asyncapi.yaml` to the catalogue of messages.
@Suite struct AsyncAPITests {
    /// A channel or message of the document, as its lines say.
    private struct Entry {
        var name = ""
        var fields: [String: String] = [:]
    }

    private func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/asyncapi.yaml"), encoding: .utf8)
    }

    /// The entries under a top-level section: those indented by `depth` spaces, with their scalar fields.
    private func entries(of section: String, depth: Int) throws -> [Entry] {
        let lines = try document().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.lastIndex { $0.trimmingCharacters(in: .whitespaces) == "\(section):" })
        let indent = lines[start].prefix { $0 == " " }.count
        var entries: [Entry] = []
        for line in lines.dropFirst(start + 1) where !line.trimmingCharacters(in: .whitespaces).isEmpty {
            let spaces = line.prefix { $0 == " " }.count
            guard spaces > indent else { break }
            let pieces = line.trimmingCharacters(in: .whitespaces).split(separator: ":", maxSplits: 1).map(String.init)
            if spaces == depth {
                entries.append(Entry(name: pieces[0]))
            } else if pieces.count == 2, spaces == depth + 2, !entries.isEmpty {
                entries[entries.count - 1].fields[pieces[0]] = pieces[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return entries
    }

    @Test func `every message type is a channel with its routing key, and no other is`() throws {
        let channels = try entries(of: "channels", depth: 2)
        let addresses = channels.compactMap { $0.fields["address"] }
        let keys = MessageCatalog.all.map { "v1.{organization}.\($0.key)" }
        #expect(addresses.sorted() == keys.sorted())
        #expect(channels.map(\.name).sorted() == MessageCatalog.all.map { String(describing: $0) }.sorted())
    }

    @Test func `every message type is described with its event type`() throws {
        let messages = try entries(of: "messages", depth: 4)
        let described = Dictionary(messages.map { ($0.name, $0.fields["name"] ?? "") }) { first, _ in first }
        for type in MessageCatalog.all {
            #expect(described[String(describing: type)] == type.key.eventType)
        }
        #expect(described.count == MessageCatalog.all.count)
    }

    @Test func `every message type is described with the schema of its data`() throws {
        let lines = try document().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        for type in MessageCatalog.all {
            #expect(lines.contains("$ref: 'messages.schema.json#/$defs/\(type)'"))
        }
    }

    @Test func `the document is AsyncAPI 3.0`() throws {
        #expect(try document().hasPrefix("asyncapi: 3.0.0\n"))
    }
}
