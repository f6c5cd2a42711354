extension JSONValue {
    /// The value changed by a JSON merge patch (RFC 7386): members replace members, `null` removes, lists are replaced.
    public func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = object ?? [:]
        for (name, change) in changes {
            members[name] = change.isNull ? nil : (members[name] ?? .null).merged(with: change)
        }
        return .object(members)
    }

    /// The smallest JSON merge patch that makes `target` of this, or `nil` where nothing has to change.
    ///
    /// A `null` within `target`'s objects cannot be expressed by such a patch and is lost.
    public func mergePatch(to target: JSONValue) -> JSONValue? {
        guard self != target else { return nil }
        guard case .object(let old) = self, case .object(let new) = target else { return target }
        var changes: [String: JSONValue] = [:]
        for name in old.keys where new[name] == nil { changes[name] = .null }
        for (name, value) in new {
            if let previous = old[name] {
                changes[name] = previous.mergePatch(to: value)
            } else {
                changes[name] = value
            }
        }
        return .object(changes)
    }
}
