import Foundation
import Logging
import Persistence
import PreviewDomain

/// What is stored of a preview can't be read.
struct UnreadablePreview: ClassifiedFailure, CustomStringConvertible {
    let id: String
    let reason: String

    /// - Parameter error: what reading it came to; a stored value that it quotes is left out.
    init(id: String, _ error: any Error) {
        self.id = id
        reason = (error as? DecodingError)?.place ?? "\(error)"
    }

    /// Who reported something of it does so again.
    var failureClass: FailureClass { .permanent }
    var description: String { "what is stored of preview \(id) can't be read: \(reason)" }
}

extension UnreadableRows {
    /// What a row holds; `nil` where that can't be read, which is noted.
    func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, row: String) -> Value? {
        do {
            return try JSONCoding.decoder.decode(type, from: data)
        } catch {
            note(row, error)
            return nil
        }
    }

    /// Those of previews.
    static func previews(logger: Logger) -> UnreadableRows {
        UnreadableRows(
            of: "previews",
            remedy: "Nothing is done for this preview, and lists leave it out; all others go on. Restore the gateway's "
                + "database from a backup, or run the version of api-gateway that wrote it: the preview is looked at "
                + "again every half minute.",
            logger: logger)
    }

    func note(_ problem: UnreadablePreview) { note(problem.id, problem, metadata: ["preview.id": "\(problem.id)"]) }
}

extension DecodingError {
    /// What is wrong where.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): "\(key.stringValue) is missing at \(Self.path(context))"
        case .valueNotFound(let type, let context): "no \(type) at \(Self.path(context))"
        case .typeMismatch(let type, let context): "no \(type) at \(Self.path(context))"
        case .dataCorrupted(let context): "no value that is known at \(Self.path(context))"
        @unknown default: "not as expected"
        }
    }

    private static func path(_ context: Context) -> String {
        context.codingPath.isEmpty ? "the top" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
