import Foundation
import Mustache

/// The templates of the console's pages, compiled into the program.
struct ConsoleTemplates: Sendable {
    /// A template that can't be read or is missing.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let library: MustacheLibrary

    /// Reads every template.
    ///
    /// - Throws: ``Failure`` naming the template that is wrong.
    init() throws {
        MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
        var library = MustacheLibrary()
        for (name, bytes) in ConsoleResources.templates {
            // The library's own escaping looks at whole characters, and passes a quotation mark with a joiner on it.
            let source = "{{% CONTENT_TYPE: \(EscapedHTML.name)}}" + String(decoding: bytes, as: UTF8.self)
            do {
                try library.register(source, named: name)
            } catch {
                throw Failure(description: "\(name).mustache can't be read: \(error)")
            }
        }
        self.library = library
    }

    /// The template's text with an object's values in it.
    ///
    /// - Throws: ``Failure`` where there is no such template.
    func render(_ object: Any, with template: String) throws -> String {
        guard let text = library.render(TemplateObject.value(object) ?? object, withTemplate: template) else {
            throw Failure(description: "there is no template \(template)")
        }
        return text
    }
}

/// Text within HTML, in elements and in quoted attributes.
struct EscapedHTML: MustacheContentType {
    static let name = "ESCAPED_HTML"

    /// Escapes byte by byte: a mark that is joined with what follows it is still a mark to a browser.
    func escapeText(_ text: String) -> String {
        guard text.utf8.contains(where: { Self.entity(of: $0) != nil }) else { return text }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let entity = Self.entity(of: byte) {
                escaped.append(contentsOf: entity.utf8)
            } else {
                escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// What stands for a byte of UTF-8 that means something to browsers.
    private static func entity(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        // Not allowed in HTML; browsers make different things of it.
        case 0: "\u{FFFD}"
        default: nil
        }
    }
}
