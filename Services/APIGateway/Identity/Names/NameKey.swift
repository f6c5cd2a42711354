/// Names as tables have them for order and search, whatever the case of their letters.
enum NameKey {
    /// What decides the order.
    static func text(_ name: String) -> String { name.lowercased() }

    /// What an entry is found by: its name, and another text that it is known by.
    static func searched(_ name: String, _ other: String?) -> String {
        [name, other ?? ""].joined(separator: "\n").lowercased()
    }
}
