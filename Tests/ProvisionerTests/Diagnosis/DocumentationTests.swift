import Foundation
import Testing

@testable import Provisioner

struct DiagnosisDocumentationTests {
    /// The table in `docs/diagnosis.md`: name, signal, sentence, next step.
    private static func rows() throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/diagnosis.md")
        return try String(contentsOf: root, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
            $0.split(separator: " | ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "|` ")) }
        }
    }

    @Test func `the documentation names every rule, and what to do`() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0.first ?? "" } == DiagnosisRule.all.map(\.name))
        for (row, rule) in zip(rows, DiagnosisRule.all) {
            #expect(row.count == 4, "\(rule.name)")
            #expect(row.last == rule.nextStep, "\(rule.name)")
        }
    }
}
