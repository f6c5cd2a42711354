import Foundation
import KubernetesClient
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-20T23:45:41Z", 1_795_218_341),
            ("2026-11-20T23:45:41.250Z", 1_795_218_341.25), ("2026-11-21T01:45:41+02:00", 1_795_218_341),
            ("1969-12-31T23:59:59Z", -1), ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("1600-03-01T00:00:00Z", -11_670_912_000),
        ] as [(String, Double)])
    func `RFC 3339 times are read`(text: String, seconds: Double) throws {
        let date = try #require(Timestamp.parse(text))
        #expect(date.timeIntervalSince1970 == seconds)
        #expect(Timestamp.parse(Timestamp.format(date))?.timeIntervalSince1970 == seconds.rounded(.down))
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T23:45:41", "2026-13-20T23:45:41Z", "2026-11-20 23:45:41Z", "2026-11-20T24:45:41Z",
        "2026-11-20T23:45:41.Z", "2026-11-20T23:45:41Zx", "+026-11-20T23:45:41Z",
    ])
    func `anything else is refused`(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }

    @Test func `leases get six fraction digits`() {
        #expect(Timestamp.formatMicroseconds(Date(timeIntervalSince1970: 1.25)) == "1970-01-01T00:00:01.250000Z")
        #expect(Timestamp.formatMicroseconds(Date(timeIntervalSince1970: -0.5)) == "1969-12-31T23:59:59.500000Z")
        #expect(Timestamp.format(Date(timeIntervalSince1970: -0.5)) == "1969-12-31T23:59:59Z")
    }
}
