import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@Suite struct ReachabilityJudgementTests {
    private let start = Date(timeIntervalSince1970: 1_780_000_000)
    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    @Test(
        arguments: [
            ([], .unknown),
            ([.answered(after: .milliseconds(20))], .reachable),
            ([.answered(after: .seconds(3))], .slow),
            ([.failed("refused")], .unknown),
            ([.failed("refused"), .failed("refused")], .unreachable),
            ([.failed("refused"), .answered(after: .zero), .failed("refused")], .reachable),
            ([.failed("refused"), .failed("refused"), .answered(after: .zero)], .reachable),
            ([.failed("refused"), .failed("refused"), .answered(after: .seconds(2))], .slow),
        ] as [([ReachabilityJudgement.Answer], ClusterStatus)])
    func `a cluster is unreachable after several questions in a row without an answer, and back with the first`(
        answers: [ReachabilityJudgement.Answer], status: ClusterStatus
    ) {
        var judgement = ReachabilityJudgement(now: start)
        for (index, answer) in answers.enumerated() { judgement.record(answer, now: at(Double(index))) }
        #expect(judgement.current.status == status)
    }

    @Test func `a status is since the moment that it came, with the words of then`() {
        var judgement = ReachabilityJudgement(now: start)
        judgement.record(.answered(after: .zero), now: at(1))
        judgement.record(.answered(after: .zero), now: at(2))
        #expect(judgement.current == ClusterReachability(status: .reachable, since: at(1)))
        judgement.record(.failed("refused after 1 ms"), now: at(3))
        #expect(judgement.isSuspect)
        for second in 4...8 { judgement.record(.failed("refused after \(second) ms"), now: at(Double(second))) }
        #expect(
            judgement.current
                == ClusterReachability(status: .unreachable, since: at(4), problem: "refused after 4 ms"))
        #expect(!judgement.isSuspect)
    }
}
