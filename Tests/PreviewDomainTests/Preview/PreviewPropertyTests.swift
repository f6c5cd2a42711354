import Foundation
import PreviewDomain
import TestSupport
import Testing

@Suite struct PreviewPropertyTests {
    private let policy = PreviewPolicy()

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `facts in any order and repetition lead to the same status, message and next steps`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var snapshot = PreviewSnapshot(
            preview: RandomPreview.preview(using: &generator), facts: PreviewFacts(), requests: [])
        if Bool.random(using: &generator) {
            for service in snapshot.preview.services {
                snapshot.preview.approvals[service.name] = Approval(by: "a", at: RandomPreview.start, version: "2")
            }
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            snapshot.preview.ending = Ending(kind: .tornDown, by: "a", at: RandomPreview.start)
        }
        let facts = (0..<40).map { _ in RandomPreview.fact(of: snapshot, using: &generator) }
        let now = RandomPreview.start.addingTimeInterval(30)
        snapshot.facts = PreviewFacts(facts)
        for _ in 0..<5 {
            var other = snapshot
            let repeated = facts + (0..<20).compactMap { _ in facts.randomElement(using: &generator) }
            other.facts = PreviewFacts(repeated.shuffled(using: &generator))
            #expect(other.facts == snapshot.facts)
            #expect(other.status(now: now, policy: policy) == snapshot.status(now: now, policy: policy))
            #expect(other.message(now: now, policy: policy) == snapshot.message(now: now, policy: policy))
            #expect(
                Set(other.nextSteps(now: now, policy: policy)) == Set(snapshot.nextSteps(now: now, policy: policy)))
            #expect(
                other.cleanupState(now: now, policy: policy) == snapshot.cleanupState(now: now, policy: policy))
        }
    }

    /// Workers that answer late, twice and out of order; every preview comes to its end all the same.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `every preview becomes ready, is promoted and cleaned, and no step is asked for twice`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var snapshot = PreviewSnapshot(
            preview: RandomPreview.preview(using: &generator), facts: PreviewFacts(), requests: [])
        var now = RandomPreview.start
        var asked: Set<Step> = []
        var pending: [Fact] = []
        for _ in 0..<500 {
            for step in snapshot.nextSteps(now: now, policy: policy) {
                #expect(asked.insert(step).inserted, "\(step) was asked for twice")
                #expect(step.attempt == 1, "\(step) was answered in time")
                snapshot.record(
                    PartRequest(
                        part: step.part, generation: step.generation, attempt: step.attempt, requestedAt: now))
                let answer = Fact(part: step.part, generation: step.generation, state: .ready, observedAt: now)
                var early = answer
                (early.state, early.observedAt) = (.working, now.addingTimeInterval(-0.5))
                pending += [answer, early, answer]
            }
            #expect(snapshot.nextSteps(now: now, policy: policy).isEmpty, "steps are recorded once")
            pending.shuffle(using: &generator)
            if let fact = pending.popLast() { snapshot.facts.record(fact) }
            now += 0.05
            if snapshot.status(now: now, policy: policy) == .ready {
                try snapshot.approve(service: nil, by: "someone", now: now, policy: policy)
                try snapshot.approve(service: nil, by: "someone", now: now, policy: policy)
            }
            if snapshot.cleanupState(now: now, policy: policy) == .done { break }
        }
        #expect(snapshot.status(now: now, policy: policy) == .completed)
        #expect(snapshot.cleanupState(now: now, policy: policy) == .done)
        for service in snapshot.preview.services {
            #expect(asked.count { $0.part == .promotion(service.name) } == 1)
        }
        #expect(asked.count { if case .cleanup = $0.part { true } else { false } } == 4)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `of two facts exactly one supersedes the other`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let snapshot = PreviewSnapshot(
            preview: RandomPreview.preview(using: &generator), facts: PreviewFacts(), requests: [])
        for _ in 0..<50 {
            let first = RandomPreview.fact(of: snapshot, using: &generator)
            var second = RandomPreview.fact(of: snapshot, using: &generator)
            second.part = first.part
            if first == second {
                #expect(!first.supersedes(second))
            } else {
                #expect(first.supersedes(second) != second.supersedes(first))
            }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a preview and its facts are the same after a journey through JSON`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let preview = RandomPreview.preview(using: &generator)
        #expect(try JSONCoding.decoder.decode(Preview.self, from: JSONCoding.encoder.encode(preview)) == preview)
        let snapshot = PreviewSnapshot(preview: preview, facts: PreviewFacts(), requests: [])
        for _ in 0..<10 {
            let fact = RandomPreview.fact(of: snapshot, using: &generator)
            #expect(try JSONCoding.decoder.decode(Fact.self, from: JSONCoding.encoder.encode(fact)) == fact)
            #expect(Part(fact.part.description) == fact.part)
        }
    }
}
