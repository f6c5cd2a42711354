import PreviewDomain

/// Writes entries as comma-separated values (RFC 4180).
enum AuditCSV {
    static let header = row([
        "id", "at", "organization", "actor", "action", "target", "detail", "changes", "channel", "address", "userAgent",
        "messageID",
    ])

    static func row(_ entry: AuditEntry) -> String {
        let changes = entry.changes.map { "\($0.field): \($0.before ?? "–") → \($0.after ?? "–")" }
        return row([
            "\(entry.id)", JSONCoding.format(entry.at), entry.organization.rawValue, entry.actor, entry.action,
            entry.target, entry.detail ?? "", changes.joined(separator: "; "), entry.channel?.rawValue ?? "",
            entry.address ?? "", entry.userAgent ?? "", entry.messageID ?? "",
        ])
    }

    private static func row(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A cell; one that a spreadsheet would take for a formula is kept from that by an apostrophe.
    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
        let text = isFormula ? "'\(text)" : text
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
        // Mark by mark: a quotation mark with a joiner after it is another character, but still ends a cell.
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
