/// A program that hands out credentials (`client.authentication.k8s.io`), such as those of cloud providers.
public struct ExecPlugin: Sendable, Hashable {
    /// The version that it speaks, `client.authentication.k8s.io/v1` or `/v1beta1`.
    public var apiVersion: String
    /// The program: a path, or a name that is looked up in `PATH`.
    public var command: String
    /// Its arguments.
    public var arguments: [String] = []
    /// Environment variables beside those of this process.
    public var environment: [String: String] = [:]
    /// What to tell where the program is missing.
    public var installHint: String?
    /// What the program is told about the cluster; `nil` for nothing.
    public var cluster: JSONValue?

    /// A plugin without arguments.
    public init(apiVersion: String, command: String) {
        self.apiVersion = apiVersion
        self.command = command
    }
}

extension ExecPlugin: CustomStringConvertible, CustomReflectable {
    /// The program only: arguments and environment may be secret.
    public var description: String { "exec plugin \(command)" }
    /// The program only, so that secrets are not dumped by accident.
    public var customMirror: Mirror { Mirror(self, children: ["command": command]) }
}

extension ExecPlugin {
    private static let group = "client.authentication.k8s.io"

    /// Reads a user's `exec`.
    ///
    /// - Parameter cluster: what the plugin is told about the cluster where it asks for that.
    init(_ entry: Kubeconfig.Entry, cluster: JSONValue) throws(KubernetesConfigurationError) {
        guard let command = try entry.text("command") else {
            throw entry.problem("command", "no program is named", "name the credential plugin's program")
        }
        let version = try entry.text("apiVersion") ?? ""
        guard version == "\(Self.group)/v1" || version == "\(Self.group)/v1beta1" else {
            throw entry.problem(
                "apiVersion", "it is neither \(Self.group)/v1 nor \(Self.group)/v1beta1",
                "update the plugin and write the version that it speaks")
        }
        self.init(apiVersion: version, command: command.contains("/") ? entry.resolve(command) : command)
        try checkMode(entry)
        arguments = try entry.texts("args")
        for (index, variable) in try entry.list("env").enumerated() {
            guard let name = variable["name"].string, !name.isEmpty, let value = variable["value"].string else {
                throw entry.problem(
                    "env[\(index)]", "a variable needs a name and a value, both texts",
                    "write name and value, numbers in quotes")
            }
            environment[name] = value
        }
        installHint = try entry.text("installHint")
        if try entry.flag("provideClusterInfo") { self.cluster = cluster }
    }

    /// Nobody sits before a service to type something.
    private func checkMode(_ entry: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        switch try entry.text("interactiveMode") {
        case "Never", "IfAvailable": return
        case nil where apiVersion.hasSuffix("/v1beta1"): return
        case "Always":
            throw entry.problem(
                "interactiveMode", "the plugin needs a person to talk to, which a service has not",
                "use a login that works alone, such as a service account's token (`kubectl create token`)")
        default:
            throw entry.problem(
                "interactiveMode", "it is none of Never, IfAvailable and Always", "write IfAvailable")
        }
    }
}
