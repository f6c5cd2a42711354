/// A connection string of key=value pairs: libpq's (`host=db password='it\\'s'`), or the one of .NET and ODBC
/// (`Host=db;Port=5432`).
struct ConnectionDSN {
    struct Pair: Equatable {
        var key: String
        var value: String
    }

    enum Style: Equatable {
        /// Separated by white space, values quoted with `'` and escaped with `\` (libpq).
        case spaces
        /// Separated by semicolons (ADO.NET, ODBC).
        case semicolons
    }

    var pairs: [Pair]
    let style: Style

    /// Takes a text apart, or returns `nil` where it is not of either form.
    init?(_ text: String) {
        guard text.contains("="), !text.contains("://") else { return nil }
        style = text.contains(";") ? .semicolons : .spaces
        let pairs = style == .semicolons ? Self.semicolonPairs(text) : Self.spacePairs(text)
        guard let pairs, pairs.contains(where: { $0.role == .host }) else { return nil }
        self.pairs = pairs
    }

    /// The string; values are quoted where they need it.
    var text: String {
        switch style {
        case .spaces: pairs.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: " ")
        case .semicolons: pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
        }
    }

    private static func semicolonPairs(_ text: String) -> [Pair]? {
        var pairs: [Pair] = []
        for piece in text.split(separator: ";") {
            guard let mark = piece.firstIndex(of: "=") else { return nil }
            pairs.append(Pair(key: String(piece[..<mark]), value: String(piece[piece.index(after: mark)...])))
        }
        return pairs
    }

    private static func spacePairs(_ text: String) -> [Pair]? {
        var pairs: [Pair] = []
        var rest = Substring(text)
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { return pairs }
            guard let mark = rest.firstIndex(of: "=") else { return nil }
            let key = rest[..<mark]
            guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
            rest = rest[rest.index(after: mark)...]
            guard let (value, remainder) = value(rest) else { return nil }
            pairs.append(Pair(key: String(key), value: value))
            rest = remainder
        }
    }

    private static func value(_ text: Substring) -> (String, Substring)? {
        var value = ""
        var rest = text
        let isQuoted = rest.first == "'"
        if isQuoted { rest = rest.dropFirst() }
        while let character = rest.first {
            if isQuoted ? character == "'" : character.isWhitespace {
                return (value, isQuoted ? rest.dropFirst() : rest)
            }
            rest = rest.dropFirst()
            if character == "\\", let escaped = rest.first {
                value.append(escaped)
                rest = rest.dropFirst()
            } else {
                value.append(character)
            }
        }
        return isQuoted ? nil : (value, rest)
    }

    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\\" }) else {
            return value
        }
        return "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}

extension ConnectionDSN.Pair {
    /// What the key stands for, in libpq's and in .NET's words.
    var role: VariableRole? { Self.role(ofKey: key) }

    static func role(ofKey key: String) -> VariableRole? {
        switch key.lowercased().filter({ $0 != " " && $0 != "_" }) {
        case "host", "hostaddr", "server", "datasource": .host
        case "port": .port
        case "user", "username", "userid", "uid": .user
        case "password", "pwd": .password
        case "dbname", "database", "initialcatalog": .database
        default: nil
        }
    }
}
