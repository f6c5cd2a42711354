import Foundation
import PreviewDomain
import Testing

/// The arithmetic against Foundation's own.
@Suite struct RFC3339Tests {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    @Test func `times of every kind of day are written and read as Foundation does`() throws {
        // Steps of a prime number of seconds through 1899 to 2150, over every leap rule.
        for seconds in stride(from: -2_240_000_000, to: 5_680_000_000, by: 7_654_321) {
            let date = Date(timeIntervalSince1970: Double(seconds) + 0.5)
            let text = date.formatted(Self.style)
            #expect(JSONCoding.format(date) == text)
            #expect(JSONCoding.parseTime(text) == date)
        }
    }

    @Test(arguments: [
        (-0.5, "1969-12-31T23:59:59.500Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399.999, "2100-02-28T23:59:59.999Z"), (1_780_000_000.9376, "2026-05-28T20:26:40.938Z"),
        (1_780_000_000.9999, "2026-05-28T20:26:41.000Z"),
    ])
    func `a time is rounded to milliseconds`(seconds: Double, text: String) {
        #expect(JSONCoding.format(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func `a time that was written is written the same after it was read`() throws {
        for millisecond in 0..<1000 {
            let text = JSONCoding.format(Date(timeIntervalSince1970: 1_780_000_000 + Double(millisecond) / 1000))
            #expect(JSONCoding.format(try #require(JSONCoding.parseTime(text))) == text)
        }
    }

    @Test(arguments: [
        ("2026-05-28T20:26:40.123456789Z", 1_780_000_000.123456789), ("2026-05-28T18:11:40-02:15", 1_780_000_000),
        ("2028-02-29T00:00:00Z", 1_835_395_200),
        ("2016-12-31t23:59:60z", 1_483_228_800), ("2026-05-28T20:26:40.1234567890123Z", 1_780_000_000.123456789),
    ])
    func `fractions, zones and leap days are read`(text: String, seconds: Double) throws {
        let date = try #require(JSONCoding.parseTime(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: ["2026-13-01T00:00:00Z", "2026-05-28T25:00:00Z", "2026-05-28T20:61:00Z", "x026-05-28T20:26:40Z"])
    func `a date that does not exist is none`(text: String) { #expect(JSONCoding.parseTime(text) == nil) }
}
