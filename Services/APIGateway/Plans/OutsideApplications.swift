import PreviewDomain

/// The applications of a cluster that are not part of a preview, to find out whether a variable leads to one.
///
/// They are found by the labels in a value: a cluster has hundreds of applications, and a preview thousands of variables.
struct OutsideApplications: Sendable {
    private let applications: [Application]
    /// The places of the applications, by the names of their Services.
    private let places: [String: [Int]]

    init(_ cluster: Catalogue.Cluster?, without included: Set<ApplicationReference>) {
        applications = (cluster?.applications ?? [:]).values.filter { !included.contains($0.reference) }
            .sorted { $0.reference.description < $1.reference.description }
        var places: [String: [Int]] = [:]
        for (place, application) in applications.enumerated() {
            for name in application.serviceNames { places[name, default: []].append(place) }
        }
        self.places = places
    }

    /// The first of them that a value leads to, as seen from a namespace.
    func application(in value: String, from namespace: String) -> Application? {
        let labels = Set(value.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")) }.map(String.init))
        return Set(labels.flatMap { places[$0] ?? [] }).sorted().map { applications[$0] }.first { application in
            let service = SiblingService(namespace: application.namespace, serviceNames: application.serviceNames)
            return VariableRewriter.leads(value, to: service, from: namespace)
        }
    }
}
