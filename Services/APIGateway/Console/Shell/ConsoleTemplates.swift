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
        guard let text = library.render(object, withTemplate: template) else {
            throw Failure(description: "there is no template \(template)")
        }
        return text
    }
}

/// Text within HTML, in elements and in quoted attributes.
struct EscapedHTML: MustacheContentType {
    static let name = "ESCAPED_HTML"

    /// Escapes scalar by scalar: a mark that is joined with what follows it is still a mark to a browser.
    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            // Not allowed in HTML; browsers make different things of it.
            case "\0": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
