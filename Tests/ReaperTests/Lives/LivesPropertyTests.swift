import Foundation
import Shared
import TestSupport
import Testing

@testable import Reaper

/// Whatever comes late, twice or in another order: a message of an earlier preview never touches a later one of its id.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LivesPropertyTests {
    /// What a run knows of the present life.
    private struct Life {
        var first: Int
        var generation: Int
        var objects: [KubernetesObject]
    }

    /// One run: the id's history, and everything that was ever said.
    private struct Run {
        let site: LifeSite
        var random: SeededGenerator
        var life: Life?
        var last = 0
        var said: [LifeSite.Delivery] = []
        /// What was said and has not arrived yet.
        var underWay: [LifeSite.Delivery] = []
        var strays = 0
        var trace: [String] = []

        mutating func step() async throws {
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<3: life == nil ? try await begin() : try await update()
            case 3: try await end()
            case 4..<9: try await deliverAgain()
            case 9: try await deliverWhatIsUnderWay()
            case 10 where life.map { $0.first > 1 } ?? false: try await makeStray()
            case 10:
                trace.append("sweep")
                try await site.searchLeftovers()
            default:
                trace.append("look")
                try await site.look()
            }
            try await check()
        }

        /// A resource is made again: its objects appear while what is said of it travels.
        mutating func begin() async throws {
            let first = last + 1
            trace.append("begin \(first)")
            try await say([
                site.event(PreviewCreated.self, .pending, first: first, generation: first),
                site.plan(first, first: first),
            ])
            life = Life(first: first, generation: first, objects: try await site.makeObjects(first))
            last = first
        }

        mutating func update() async throws {
            guard var present = life else { return }
            present.generation += 1
            last = present.generation
            trace.append("update \(present.generation)")
            let name = "outside-\(site.id)-\(present.generation)"
            present.objects.append(try await site.make(name, in: "default", present.generation))
            try await say([
                site.event(PreviewUpdated.self, .deploying, first: present.first, generation: present.generation),
                site.plan(present.generation, first: present.first),
            ])
            life = present
        }

        /// The preview ends; the next one is made only when the reaper says that nothing is left.
        mutating func end() async throws {
            guard let present = life else { return }
            trace.append("end \(present.generation)")
            let (first, generation) = (present.first, present.generation)
            let cleanup = site.cleanup(generation, first: first)
            try await say([
                site.event(PreviewTornDown.self, .tornDown, first: first, generation: generation),
                site.workersCleanup(generation, first: first), site.removed(present.objects, generation, first: first),
            ])
            said.append(cleanup)
            try await cleanup.run()
            #expect(try await site.isCompleted(generation), "\(trace)")
            for object in present.objects { #expect(try await !site.isUntouched(object), "\(trace)") }
            try await say([site.event(PreviewCleaned.self, .tornDown, first: first, generation: generation)])
            life = nil
        }

        /// A worker that was held up makes something for an earlier preview.
        mutating func makeStray() async throws {
            guard let life else { return }
            let generation = Int.random(in: 1..<life.first, using: &random)
            trace.append("stray \(generation)")
            strays += 1
            _ = try await site.make("stray-\(site.id)-\(strays)", in: "default", generation)
            try await site.searchLeftovers()
        }

        mutating func deliverAgain() async throws {
            guard let delivery = said.randomElement(using: &random) else { return }
            trace.append("again \(delivery.name)")
            try await delivery.run()
            if Bool.random(using: &random) { try await site.look() }
        }

        mutating func deliverWhatIsUnderWay() async throws {
            for delivery in underWay.shuffled(using: &random) {
                trace.append("late \(delivery.name)")
                try await delivery.run()
            }
            underWay = []
        }

        /// Some of it arrives at once, the rest later.
        private mutating func say(_ deliveries: [LifeSite.Delivery]) async throws {
            said += deliveries
            for delivery in deliveries {
                guard Bool.random(using: &random) else {
                    underWay.append(delivery)
                    continue
                }
                trace.append("now \(delivery.name)")
                try await delivery.run()
            }
        }

        /// The present preview and all that was made for it are there.
        private func check() async throws {
            guard let life else { return }
            for object in life.objects {
                try #require(try await site.isUntouched(object), "\(object) was touched: \(trace)")
            }
            if let record = try await site.store.record(of: site.id) {
                #expect(record.reference.generation <= life.generation, "\(trace)")
                if let first = record.firstGeneration, first == life.first {
                    #expect(record.endedAt == nil, "\(trace)")
                }
            }
            if let cleanup = try await site.store.cleanup(of: site.id) {
                #expect(cleanup.preview.generation < life.first, "\(trace)")
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a message of an earlier preview never touches a later one`(seed: UInt64) async throws {
        var run = Run(site: try await LifeSite(), random: SeededGenerator(seed: seed))
        for _ in 0..<60 { try await run.step() }
        // In the end nothing is left of any of them.
        if run.life == nil { try await run.begin() }
        try await run.end()
        try await run.deliverWhatIsUnderWay()
        let isClean = try await eventually(within: .seconds(30)) { [site = run.site] () async throws -> Bool? in
            try await site.searchLeftovers()
            try await site.look()
            let left = try await site.search.sweep.objects(of: [site.id])
            return left.isEmpty ? true : nil
        }
        #expect(isClean == true, "\(run.trace)")
        #expect(try await run.site.store.entries(of: run.site.id).allSatisfy { $0.verifiedAt != nil })
    }
}
