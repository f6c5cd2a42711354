import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// What the pages compute, apart from any page.
@Suite struct PreviewValuesTests {
    @Test(arguments: [
        ("1.4.0", "1.5.0", "1.", "4", "5", ".0"), ("1.9.0", "1.10.0", "1.", "9", "10", ".0"),
        ("1.0", "1.0", "1.0", "", "", ""), ("1.0", "1.0.1", "1.0", "", ".1", ""),
        ("main", "pr-7", "", "main", "pr-7", ""),
        ("", "2", "", "", "2", ""), ("1.1.1", "1.1", "1.1", ".1", "", ""), ("a-b-c", "a-x-c", "a-", "b", "x", "-c"),
    ])
    func `versions differ in whole components`(
        from: String, to: String, prefix: String, removed: String, added: String, suffix: String
    ) {
        let difference = VersionDifference(from: from, to: to)
        #expect(
            [difference.prefix, difference.removed, difference.added, difference.suffix]
                == [prefix, removed, added, suffix])
        #expect(difference.prefix + difference.removed + difference.suffix == from)
        #expect(difference.prefix + difference.added + difference.suffix == to)
        #expect(difference.isChanged == (from != to))
    }

    @Test func `commits are named by their first digits`() {
        let commit = "0c5f0e6d3c6f4cc8a52b6f6f1d6d2f9a7be41f02"
        let difference = VersionDifference(from: "1.4.0", to: commit)
        #expect(difference.to == "0c5f0e6d3c6f" && difference.added == "0c5f0e6d3c6f")
        for other in ["1.4.0", String(commit.dropLast()), "x" + commit.dropFirst(), ""] {
            #expect(VersionName.short(other) == other)
        }
    }

    @Test func `a reason is given once for all that it refuses`() {
        let reasons = ControlRefusal.reasons([
            .role(.approver, doing: "Approving", has: .viewer), .state("It is over."),
            .role(.approver, doing: "Rejecting", has: .viewer), .role(.developer, doing: "Changing", has: .viewer),
            .role(.approver, doing: "Promoting anyway", has: .viewer), .state("It is over."),
        ])
        #expect(
            reasons.map(\.text) == [
                "Approving, rejecting and promoting anyway need the role approver; yours is viewer.", "It is over.",
                "Changing needs the role developer; yours is viewer.",
            ])
        #expect(Set(reasons.map(\.id)).count == 3)
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (0.449, "0.4 s"), (9.96, "10.0 s"), (12.4, "12 s"), (60, "1 min"), (125, "2 min 5 s"),
        (3599.6, "1 h"), (3840, "1 h 4 min"), (-1, "0.0 s"),
    ])
    func `times that something took are told in the two greatest units`(seconds: Double, text: String) {
        #expect(Elapsed.text(seconds) == text)
    }

    @Test func `a diff's lines are marked, whatever they contain`() {
        let lines = PromotionPanel.lines("--- a\n+++ b\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n\n")
        #expect(lines.map(\.kind) == ["place", "place", "place", "", "removed", "added"])
        #expect(lines.map(\.text) == ["--- a", "+++ b", "@@ -1,2 +1,2 @@", " same", "-old", "+new"])
    }

    @Test func `logs are filtered whatever the case, and pods are told apart`() {
        let query = LogQuery(Form("lines=300&q=ERROR"))
        #expect(query.lines == 500)
        #expect(query.matching(["an error", "fine", "Error 2"]) == ["an error", "Error 2"])
        #expect(LogQuery(Form("lines=999999")).lines == 5000)
        #expect(LogQuery(Form("lines=x")).lines == 200)
        #expect(LogQuery(Form("q=a%26b+c")).encoded == "lines=200&q=a%26b%20c")
        #expect(
            LogQuery(Form("")).text(of: [
                .init(pod: "a", container: "x", lines: ["1"]), .init(pod: "b", container: "x", lines: ["2", "3"]),
            ]) == "==> a x <==\n1\n\n==> b x <==\n2\n3\n")
    }
}
