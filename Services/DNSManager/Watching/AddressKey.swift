/// Names an address by the object that stands for it.
struct AddressKey: Hashable, Sendable, CustomStringConvertible {
    let namespace: String
    let name: String

    var description: String { "\(namespace)/\(name)" }
}
