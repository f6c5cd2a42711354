import PreviewDomain

/// Why what a resource asks for can't be granted.
struct ResourceRefusal: Error {
    var code: String
    var message: String
    var errors: [FieldProblem] = []
    /// Whether the same may be granted later.
    var isPassing = false
    /// The active preview that is in the way.
    var holder: PreviewID?

    static func invalid(_ errors: [FieldProblem]) -> ResourceRefusal {
        ResourceRefusal(
            code: "invalid", message: errors.map { "\($0.field): \($0.message)" }.joined(separator: " "),
            errors: errors)
    }

    static func quotaExceeded(active: Int, limit: Int) -> ResourceRefusal {
        ResourceRefusal(
            code: "quota-exceeded",
            message: "\(active) previews are active, the limit is \(limit); it is made when one of them has ended.",
            isPassing: true)
    }

    static func stillEnding(_ preview: PreviewID) -> ResourceRefusal {
        ResourceRefusal(
            code: "earlier-preview-ending",
            message: "The earlier preview \(preview) of this name is still being removed; it is made after that.",
            isPassing: true)
    }

    /// The resource of the earlier preview is gone, for there is another one of its name; whoever looks after resources
    /// finds that out when it is told of the preview.
    static func stillActive(_ preview: PreviewID) -> ResourceRefusal {
        ResourceRefusal(
            code: "earlier-preview-active",
            message: "The earlier preview \(preview) of this name has not ended; its resource went without it. It is "
                + "ended now, and this one is made after that.",
            isPassing: true, holder: preview)
    }

    static func refused(_ refusal: TransitionRefusal) -> ResourceRefusal {
        var isPassing = false
        if case .promotionRunning = refusal { isPassing = true }
        return ResourceRefusal(code: "not-now", message: refusal.explanation, isPassing: isPassing)
    }
}
