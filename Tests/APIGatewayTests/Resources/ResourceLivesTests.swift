import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import APIGateway

/// A resource that is made, changed, deleted and made again, with whatever was said before coming late and again.
@Suite(.timeLimit(.minutes(2))) struct ResourceLivesTests {
    private struct Run {
        let gateway: GatewayFixture
        var random: SeededGenerator
        /// Counts the resources of the name; each has a uid of its own.
        var uid = 0
        var resourceGeneration = 1
        /// The present preview, where there is one that has not ended.
        var present: PreviewReference?
        var last = 0
        /// What was said of the present one, and of those before.
        var said: [@Sendable () async throws -> Void] = []
        var earlier: [@Sendable () async throws -> Void] = []

        private var resource: PreviewResource {
            PreviewResource(cluster: "local", namespace: "team", name: "pr-1", uid: "u-\(uid)")
        }

        private func wish() -> PreviewApplyRequested {
            PreviewApplyRequested(
                organization: .default, resource: resource, resourceGeneration: resourceGeneration,
                pullRequest: PullRequest(
                    repository: "acme/shop", number: 1, headSHA: "1234567890abcdef1234567890abcdef12345678"),
                targetVersion: "v\(uid)-\(resourceGeneration)", services: ["orders", "shop/storefront"],
                ttlSeconds: 14_400, requestedBy: "kubectl")
        }

        mutating func step() async throws {
            gateway.advance(by: 1)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: present == nil ? try await begin() : try await change()
            case 2: try await end()
            case 3: try await report()
            default: try await deliverLate()
            }
        }

        mutating func begin() async throws {
            uid += 1
            resourceGeneration = 1
            let wish = wish()
            try await say { [gateway] in try await gateway.deliver(wish) }
            let state = try #require(try await gateway.states().last { $0.resource == wish.resource })
            #expect(state.preview.id.rawValue == "pr-1")
            #expect(state.preview.generation > last)
            (present, last) = (state.preview, state.preview.generation)
        }

        mutating func change() async throws {
            resourceGeneration += 1
            let wish = wish()
            try await say { [gateway] in try await gateway.deliver(wish) }
            let state = try #require(try await gateway.states().last)
            #expect(state.preview.generation == last + 1)
            (present, last) = (state.preview, state.preview.generation)
        }

        mutating func report() async throws {
            guard let present else { return }
            try await say { [gateway] in try await gateway.reportReady(present) }
            let failed = PromotionFailed(
                preview: present, service: "orders", attempt: Int.random(in: 1...3, using: &random),
                observedAt: gateway.present, failure: Failure(reason: "Late", message: "It is late."))
            // Said by nobody in this life; to be of no account in the next.
            said.append { [gateway] in try await gateway.deliver(failed) }
        }

        mutating func end() async throws {
            guard let ending = present else { return }
            let withdrawal = PreviewWithdrawRequested(
                organization: .default, resource: resource, requestedBy: "kubectl")
            let due = ExpiryDue(preview: ending, expiresAt: gateway.present)
            try await say { [gateway] in try await gateway.deliver(withdrawal) }
            try await say { [gateway] in try await gateway.reportCleaned(ending) }
            said.append { [gateway] in try await gateway.deliver(due) }
            earlier += said
            (present, said) = (nil, [])
        }

        /// What was said in an earlier life comes again; of the present one nothing changes.
        mutating func deliverLate() async throws {
            guard let present, let late = earlier.randomElement(using: &random) else { return }
            let before = try await gateway.gateway.store.load(present.id, organization: .default)
            try await late()
            let after = try await gateway.gateway.store.load(present.id, organization: .default)
            #expect(before != nil && after == before)
        }

        private mutating func say(_ deliver: @escaping @Sendable () async throws -> Void) async throws {
            said.append(deliver)
            try await deliver()
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what was said of an earlier preview changes nothing of a later one`(seed: UInt64) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            var run = Run(gateway: gateway, random: SeededGenerator(seed: seed))
            for _ in 0..<80 { try await run.step() }
            #expect(run.uid > 1, "no second life in this run")
        }
    }
}
