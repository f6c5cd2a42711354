import PreviewDomain

/// Finds the applications that a resource means by its `services`. Pure.
struct ResourceServices: Sendable {
    let request: PreviewApplyRequested
    let cluster: Catalogue.Cluster

    /// An application, and where the resource names it; nowhere where it names none.
    struct Found: Sendable {
        var application: Application
        var field: String
    }

    /// Stands for the databases of the other services, as in the resource's documentation.
    private static let anyDatabase = "database"
    /// How many names a message lists.
    private static let listed = 20

    private var repository: String { request.pullRequest.repository }
    private var all: [Application] {
        cluster.applications.values.sorted { $0.reference.description < $1.reference.description }
    }

    /// The applications, in the resource's order.
    ///
    /// - Throws: ``ResourceRefusal`` with everything that is wrong.
    func find() throws(ResourceRefusal) -> [Found] {
        guard !request.services.isEmpty else { return try ownApplications() }
        var found: [Found] = []
        var problems: [FieldProblem] = []
        var databases: [(name: String, field: String)] = []
        for (index, name) in request.services.enumerated() {
            let field = "services[\(index)]"
            let matching = all.filter { $0.reference.description == name || $0.name == name }
            if matching.isEmpty, name == Self.anyDatabase || !sources(named: name).isEmpty {
                databases.append((name, field))
                continue
            }
            switch application(name, among: matching, field: field) {
            case .success(let application): found.append(Found(application: application, field: field))
            case .failure(let problem): problems.append(problem.problem)
            }
        }
        // A name that is not understood may be that of an application with the database.
        if problems.isEmpty { problems = databases.compactMap { problem(ofDatabase: $0.name, field: $0.field, found) } }
        guard problems.isEmpty else { throw .invalid(problems) }
        return found
    }

    private func ownApplications() throws(ResourceRefusal) -> [Found] {
        let own = all.filter { $0.isBuilt(from: repository) }
        guard own.isEmpty else { return own.map { Found(application: $0, field: "services") } }
        let message =
            "No application of \(repository) is known on \(cluster.name): no image's path begins with it, and no Deployment "
            + "or namespace names it in the annotation understudy.dev/repository. Annotate one, or name services; known "
            + "are \(known)."
        throw .invalid([FieldProblem("services", .required, message)])
    }

    private struct NotFound: Error { var problem: FieldProblem }

    private func application(
        _ name: String, among matching: [Application], field: String
    ) -> Result<Application, NotFound> {
        func refused(_ code: FieldProblem.Code, _ message: String) -> Result<Application, NotFound> {
            .failure(NotFound(problem: FieldProblem(field, code, message)))
        }
        guard let first = matching.first else {
            return refused(.unknownApplication, "No application \(name) runs on \(cluster.name); known are \(known).")
        }
        let own = matching.filter { $0.isBuilt(from: repository) }
        // Whoever writes the namespace as well means this one, whatever its annotation says.
        let possible =
            name.contains("/")
            ? matching : own.isEmpty ? matching.filter { !$0.isBuiltElsewhere(than: repository) } : own
        if possible.count == 1 { return .success(possible[0]) }
        if possible.isEmpty {
            let message =
                "\(first.reference) is built from \(first.repositories.joined(separator: ", ")), as its annotation "
                + "understudy.dev/repository says, not from \(repository); add the repository there, or write "
                + "\(first.reference)."
            return refused(.unknownApplication, message)
        }
        let names = possible.map(\.reference.description).joined(separator: ", ")
        return refused(.invalid, "\(name) is ambiguous; write one of \(names).")
    }

    /// The databases of that name that applications use: `name` or `namespace/name` of the CloudNativePG cluster.
    private func sources(named name: String) -> Set<DatabaseReference> {
        Set(all.flatMap(\.databases)).filter { $0.description == name || $0.cluster == name }
    }

    /// Databases come with the applications that use them; one that none uses can't be had.
    private func problem(ofDatabase name: String, field: String, _ found: [Found]) -> FieldProblem? {
        let used = Set(found.flatMap(\.application.databases))
        let sources = sources(named: name)
        if sources.isEmpty {
            guard used.isEmpty else { return nil }
            let message =
                "No service named here uses a database that is known; leave \(name) out, or name services that do. "
                + "Known are \(known)."
            return FieldProblem(field, .unsupported, message)
        }
        guard used.isDisjoint(with: sources) else { return nil }
        let users = all.filter { !sources.isDisjoint(with: $0.databases) }.map(\.reference.description)
        let message =
            "\(name) is a database. It is cloned with the services that use it: name one of "
            + "\(users.joined(separator: ", ")), or leave it out."
        return FieldProblem(field, .unsupported, message)
    }

    /// The names that can be written, the shortest that are not ambiguous.
    private var known: String {
        let applications = all.filter { $0.problem == nil }
        let counts = Dictionary(grouping: applications, by: \.name).mapValues(\.count)
        let names = applications.map { counts[$0.name] == 1 ? $0.name : $0.reference.description }
        guard !names.isEmpty else { return "none" }
        let more = names.count > Self.listed ? " and \(names.count - Self.listed) more" : ""
        return names.prefix(Self.listed).joined(separator: ", ") + more
    }
}
