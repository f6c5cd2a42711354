import PreviewDomain

/// The applications of a cluster that are not part of a preview, to find out whether a variable leads to one.
///
/// They are found by the labels in a value: a cluster has hundreds of applications, and a preview thousands of variables.
struct OutsideApplications: Sendable {
    /// The applications by the names of their Services.
    private let applications: [String: [Application]]

    init(_ cluster: Catalogue.Cluster?, without included: Set<ApplicationReference>) {
        var applications: [String: [Application]] = [:]
        for (reference, application) in cluster?.applications ?? [:] where !included.contains(reference) {
            for name in application.serviceNames { applications[name, default: []].append(application) }
        }
        self.applications = applications
    }

    /// The first of them by name that a value leads to, as seen from a namespace.
    func application(in value: String, from namespace: String) -> Application? {
        var found: Application?
        for label in value.utf8.split(whereSeparator: { !Self.isPartOfLabel($0) }) {
            for application in applications[String(Substring(label))] ?? [] {
                if let found, found.reference.description <= application.reference.description { continue }
                let service = SiblingService(
                    namespace: application.namespace, serviceNames: application.serviceNames)
                if VariableRewriter.leads(value, to: service, from: namespace) { found = application }
            }
        }
        return found
    }

    private static func isPartOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
