import PreviewDomain

/// A way of carrying a version to production. Each step may be repeated.
protocol ProductionChange: Sendable {
    /// Looks at production and says what would be changed; changes nothing.
    func prepare(_ request: PromotionRequested) async throws -> Preparation
    /// Makes the change, unless it is in already.
    func apply(_ record: PromotionRecord) async throws
    /// Puts production back to how it was before the change.
    func rollBack(_ record: PromotionRecord) async throws
}

/// What a look at production showed.
enum Preparation: Sendable {
    /// Production runs the version already.
    case alreadyThere
    /// The change must not be made, or not by itself.
    case refused(Failure)
    /// The change can be made: what production can be put back to, and what changes.
    case ready(before: String, diff: String)
}
