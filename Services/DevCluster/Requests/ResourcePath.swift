/// Where a request's path leads: a collection, an object or a subresource.
struct ResourcePath: Sendable, Equatable {
    var group: String
    var version: String
    var namespace: String?
    var resource: String
    var name: String?
    var subresource: String?
    /// What follows a subresource, as of `proxy`.
    var rest: [String] = []
    /// The old `/api/v1/watch/…` form.
    var isWatch = false

    /// Reads the segments after `/api/v1` or `/apis/<group>/<version>`; `nil` when there are none.
    init?(group: String, version: String, segments: ArraySlice<String>) {
        var rest = segments
        if rest.first == "watch" {
            isWatch = true
            rest = rest.dropFirst()
        }
        guard let first = rest.first, !first.isEmpty else { return nil }
        self.group = group
        self.version = version
        if first == "namespaces", rest.count > 2 {
            let after = rest[rest.startIndex + 2]
            if !(group.isEmpty && rest.count == 3 && (after == "status" || after == "finalize")) {
                namespace = rest[rest.startIndex + 1]
                rest = rest.dropFirst(2)
            }
        }
        guard let resource = rest.first else { return nil }
        self.resource = resource
        rest = rest.dropFirst()
        name = rest.first
        rest = rest.dropFirst()
        subresource = rest.first
        self.rest = Array(rest.dropFirst())
    }
}
