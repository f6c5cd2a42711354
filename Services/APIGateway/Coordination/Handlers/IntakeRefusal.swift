import PreviewDomain

/// Why a request of another system is not fulfilled.
struct IntakeRefusal: Sendable {
    var code: String
    var message: String
    var errors: [FieldProblem]
    /// Whether the same may be granted later.
    var isPassing = false

    /// What REST would answer with a problem document.
    init(_ problem: Problem) {
        code = problem.code
        errors = problem.errors
        let fields = problem.errors.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        message = ([problem.detail] + fields).joined(separator: " ")
        isPassing = problem.code == "quota-exceeded"
    }

    /// What can't be done with a preview as it stands.
    init(_ refusal: TransitionRefusal) {
        code = refusal.code
        message = refusal.explanation
        let (field, problem): (String, FieldProblem.Code) =
            switch refusal {
            case .ended: ("id", .notNow)
            case .unknownService: ("service", .unknownService)
            case .outdated: ("generation", .notNow)
            case .notReady, .promotionRunning, .nothingToRetry, .productionMoved: ("action", .notNow)
            }
        errors = [FieldProblem(field, problem, message)]
        switch refusal {
        case .notReady, .promotionRunning: isPassing = true
        case .ended, .unknownService, .nothingToRetry, .outdated, .productionMoved: break
        }
    }

    private init(code: String, error: FieldProblem) {
        (self.code, message, errors) = (code, error.message, [error])
    }

    /// The longest name of who asks, in bytes.
    private static let requesterBytes = 200

    /// What is wrong with the name of the one for whom another system asks.
    static func problems(ofRequester name: String) -> [FieldProblem] {
        if name.allSatisfy(\.isWhitespace) {
            return [FieldProblem("requestedBy", .required, "Name who asks; it is shown to people.")]
        }
        guard name.utf8.count > requesterBytes else { return [] }
        return [FieldProblem("requestedBy", .tooLong, "It may have at most \(requesterBytes) bytes.")]
    }

    /// The organization has no preview of that id.
    static func noPreview(_ id: PreviewID) -> IntakeRefusal {
        let message = "There is no preview \(id); name the id that preview.created or preview.state tells."
        return IntakeRefusal(code: "not-found", error: FieldProblem("id", .unknownPreview, message))
    }

    /// The answer to the request.
    ///
    /// - Parameter name: what it calls the preview; only the beginning of a long one is told.
    func answer(to request: Message, name: String) -> PreviewRefused {
        PreviewRefused(
            organization: request.payload.organization, request: request.id, name: String(name.prefix(200)), code: code,
            message: message,
            errors: errors, isPassing: isPassing)
    }
}
