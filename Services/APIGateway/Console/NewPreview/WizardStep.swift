import PreviewDomain

/// The steps in which a preview is put together.
enum WizardStep: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable, Comparable {
    case applications, configuration, network, variables, review

    var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    /// The step's place, from 1.
    var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
    var previous: WizardStep? { Self.allCases.last { $0 < self } }
    var next: WizardStep? { Self.allCases.first { $0 > self } }

    static func < (left: WizardStep, right: WizardStep) -> Bool { left.number < right.number }

    /// The step at which a field of an order is filled in.
    init(of problem: FieldProblem) {
        let (field, code) = (problem.field, problem.code)
        let member = field.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        self =
            switch true {
            case field.isEmpty: .review
            case field == "name" || field == "ttlHours": .configuration
            case field == "services":
                code == .exceedsQuota ? .configuration : code == .unsupported ? .network : .applications
            case !field.hasPrefix("services[") || member.isEmpty: .applications
            case member == "application" || member == "cluster": .applications
            case member == "externalDNS": .network
            case member == "variables": .variables
            default: .configuration
            }
    }
}
