/// Who requests are made as, where that is somebody else than who logs in.
public struct Impersonation: Sendable, Hashable {
    /// The user's name.
    public var user: String
    /// The user's id, where there is one.
    public var uid: String?
    /// The user's groups.
    public var groups: [String] = []
    /// Whatever else is known of the user.
    public var extra: [String: [String]] = [:]

    /// Requests as a user without groups.
    public init(user: String) {
        self.user = user
    }

    /// Reads a user's `as…` fields; `nil` where there are none.
    init?(_ entry: Kubeconfig.Entry) throws(KubernetesConfigurationError) {
        let uid = try entry.line("as-uid")
        let groups = try entry.lines("as-groups")
        let extra = try entry.entry("as-user-extra")
        guard let user = try entry.line("as") else {
            guard uid == nil, groups.isEmpty, extra == nil else {
                throw entry.problem("as", "what else to be is said, but not who", "add the user's name")
            }
            return nil
        }
        self.init(user: user)
        self.uid = uid
        self.groups = groups
        for name in (extra?.fields ?? [:]).keys.sorted() { self.extra[name] = try extra?.lines(name) }
    }

    /// As headers of a request.
    var headers: [(name: String, value: String)] {
        var headers = [(name: "Impersonate-User", value: user)]
        if let uid { headers.append(("Impersonate-Uid", uid)) }
        headers += groups.map { ("Impersonate-Group", $0) }
        for (name, values) in extra.sorted(by: { $0.key < $1.key }) {
            headers += values.map { ("Impersonate-Extra-\(URLPath.encode(name))", $0) }
        }
        return headers
    }
}
