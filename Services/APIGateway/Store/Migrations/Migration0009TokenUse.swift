import Persistence

extension Migration {
    /// When each token was last used.
    static let tokenUse = Migration(
        "0009-token-use", sql: "ALTER TABLE tokens ADD COLUMN last_used_at DOUBLE PRECISION")
}
