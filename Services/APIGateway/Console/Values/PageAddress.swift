/// The address of a page of this host: a path and a query.
struct PageAddress: Sendable, Hashable {
    var path: String
    var fields: [Field]

    struct Field: Sendable, Hashable {
        var name: String
        var value: String
    }

    init(_ path: String, fields: [Field] = []) {
        self.path = path
        self.fields = fields
    }

    /// The address with a field more.
    func adding(_ name: String, _ value: String) -> PageAddress {
        var address = self
        address.fields.append(Field(name: name, value: value))
        return address
    }

    /// The address without a field.
    func removing(_ name: String, _ value: String) -> PageAddress {
        var address = self
        address.fields.removeAll { $0 == Field(name: name, value: value) }
        return address
    }

    /// The address as a link has it.
    var text: String {
        guard !fields.isEmpty else { return path }
        return "\(path)?\(FormEncoding.text(fields.map { ($0.name, $0.value) }))"
    }
}
