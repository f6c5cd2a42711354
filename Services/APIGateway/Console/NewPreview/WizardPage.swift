import PreviewDomain

/// A step of a new preview, within the list of all steps.
struct WizardPage: ConsolePage {
    static let template = "wizard"
    let title: String
    let section: ConsoleSection? = .previews
    let draft: String
    let current: String
    /// What a form of the page says it was filled in on.
    let revision: Int
    let steps: [Entry]
    /// What is wrong with the step and belongs to none of its fields.
    let problems: [String]
    let stepTemplate: String
    let content: any Sendable
    let previous: String?
    let nextLabel: String
    let isReview: Bool
    /// What the return key does in a field.
    let enter: PageAddress.Field
    /// Why the steps that come later can't be entered.
    let reason: String?
    /// Why the preview can't be created now.
    let blocked: String?

    /// A step as the list of steps shows it.
    struct Entry: Sendable {
        let step: String
        let label: String
        let number: Int
        let isCurrent: Bool
        let isOpen: Bool
        /// `done`, `wrong`, or nothing.
        let state: String?
        let icon: String?
        /// The state in words.
        let said: String?
    }

    init(_ step: WizardStep, of opened: NewPreviewPages.Opened, content: any Sendable) {
        let review = opened.review
        title = "New preview: \(step.label)"
        draft = opened.stored.id
        current = step.rawValue
        revision = review.draft.revision(of: step)
        steps = WizardStep.allCases.map { entry in
            let isDone = review.isDone(entry)
            let isWrong = review.isWrong(entry)
            return Entry(
                step: entry.rawValue, label: entry.label, number: entry.number, isCurrent: entry == step,
                isOpen: entry <= review.open, state: isDone ? "done" : isWrong ? "wrong" : nil,
                icon: isDone ? "check" : isWrong ? "warning" : nil,
                said: isDone ? "done" : isWrong ? "something is wrong" : nil)
        }
        problems =
            review.draft.visited.contains(step)
            ? review.problems(at: step).filter { ["services", "cluster"].contains($0.field) }.map(\.message) : []
        stepTemplate = "wizard-\(step.rawValue)"
        self.content = content
        previous = step.previous?.rawValue
        nextLabel = step.next.map { "Next: \($0.label)" } ?? "Create preview"
        isReview = step == .review
        enter =
            switch step {
            case .variables: .init(name: "to", value: "1")
            case .review: .init(name: "action", value: "stay")
            default: .init(name: "action", value: "next")
            }
        reason =
            review.open == .review
            ? nil : review.open == step ? "Later steps open when this one is done." : review.reasonToStay
        blocked = (content as? ReviewContent)?.problems.first?.message
    }
}
