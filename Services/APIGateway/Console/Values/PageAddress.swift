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
        return path + "?"
            + fields.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// A text as a segment of a path or a value of a query: nothing in it has a meaning there.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
