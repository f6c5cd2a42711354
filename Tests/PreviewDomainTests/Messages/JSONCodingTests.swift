import Foundation
import PreviewDomain
import Testing

@Suite struct JSONCodingTests {
    @Test func `times are written in UTC with milliseconds and a zone, and read back`() throws {
        let date = Date(timeIntervalSince1970: 1_780_000_000.25)
        let text = JSONCoding.format(date)
        #expect(text == "2026-05-28T20:26:40.250Z")
        #expect(JSONCoding.parseTime(text) == date)
        #expect(try JSONCoding.decoder.decode([Date].self, from: JSONCoding.encoder.encode([date])) == [date])
    }

    @Test(arguments: [
        ("2026-05-28T20:26:40Z", 1_780_000_000.0), ("2026-05-28T20:26:40.5Z", 1_780_000_000.5),
        ("2026-05-28T22:26:40+02:00", 1_780_000_000.0),
    ])
    func `times with and without fractions or another zone are read`(text: String, seconds: Double) {
        #expect(JSONCoding.parseTime(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: ["", "yesterday", "2026-05-28", "2026-05-28T20:26:40.250"])
    func `what is no time is not read`(text: String) {
        #expect(JSONCoding.parseTime(text) == nil)
    }

    @Test func `a problem of a later version's kind is read, its field and words unchanged`() throws {
        let text = #"{"field": "cluster", "code": "from-a-later-version", "message": "No."}"#
        let problem = try JSONCoding.decoder.decode(FieldProblem.self, from: Data(text.utf8))
        #expect(problem == FieldProblem("cluster", .invalid, "No."))
    }

    @Test func `a message is the same after its journey`() throws {
        let sent = Message(CatalogueRequested(cluster: "local"), source: "api-gateway", traceParent: nil)
        let received = try Message(decoding: sent.encoded())
        #expect(received.id == sent.id)
        #expect(received.payload as? CatalogueRequested == CatalogueRequested(cluster: "local"))
    }
}
