import Foundation
import GRDB
import PreviewDomain

/// What was last told of each preview, so that only what has changed is told again.
enum StateTable {
    /// The state with its revision, and whether it differs from what was told last; then it counts as told.
    static func next(
        _ state: PreviewStateReported, in database: Database
    ) throws -> (state: PreviewStateReported, isNew: Bool) {
        var state = state
        let observedAt = state.observedAt
        // What changes with each look is no change of the preview.
        (state.revision, state.observedAt) = (0, .init(timeIntervalSince1970: 0))
        let text = String(decoding: try JSONCoding.encoder.encode(state), as: UTF8.self)
        let id = state.preview.id.rawValue
        let known = try Row.fetchOne(
            database, sql: "SELECT revision, state FROM states WHERE preview_id = ?", arguments: [id])
        let isNew = known?["state"] != text
        let revision = (known?["revision"] ?? 0) + (isNew ? 1 : 0)
        if isNew {
            try database.execute(
                sql: """
                    INSERT INTO states (preview_id, revision, state) VALUES (?, ?, ?)
                    ON CONFLICT (preview_id) DO UPDATE SET revision = excluded.revision, state = excluded.state
                    """,
                arguments: [id, revision, text])
        }
        (state.revision, state.observedAt) = (revision, observedAt)
        return (state, isNew)
    }
}
