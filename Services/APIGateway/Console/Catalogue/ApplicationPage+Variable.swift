import PreviewDomain

extension ApplicationPage {
    /// An environment variable, and what becomes of it in a preview.
    struct Variable: Sendable, Hashable {
        let name: String
        /// The container that has it, where there are several.
        let container: String?
        let kind: StatusBadge
        let source: String
        let value: String?
        let isEmpty: Bool
        let isSecret: Bool
        /// Whether only Kubernetes knows the value, when a pod is made.
        let isUnknown: Bool
        let reason: String

        /// An application's variables, by name.
        static func all(of application: Application) -> [Variable] {
            let isOneContainer = Set(application.variables.map(\.container)).count < 2
            return application.variables.sorted { ($0.name, $0.container) < ($1.name, $1.container) }.map {
                Variable($0, container: isOneContainer ? nil : $0.container)
            }
        }

        private init(_ variable: ApplicationVariable, container: String?) {
            name = variable.name
            self.container = container
            kind =
                switch variable.kind {
                case .copied: StatusBadge("Copied", .neutral, icon: "copy")
                case .autoOverride: StatusBadge("Rewritten", .progress, icon: "database")
                }
            source =
                switch variable.source {
                case .literal: "Literal"
                case .secret: "Secret"
                case .configMap: "ConfigMap"
                case .field: "Field"
                }
            isSecret = variable.source == .secret || variable.role == .password
            value = isSecret ? nil : variable.value
            isEmpty = value?.isEmpty ?? false
            isUnknown = value == nil && !isSecret
            reason = variable.reason
        }
    }
}
