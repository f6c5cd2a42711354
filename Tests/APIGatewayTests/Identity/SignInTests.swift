import Foundation
import Testing

@testable import APIGateway

@Suite struct SignInTests {
    @Test func `refused attempts are limited per address, and those of others go on`() async throws {
        let gateway = try await GatewayFixture()
        let signIn = gateway.gateway.signIn
        let attacker = RequestOrigin(address: "192.0.2.1")
        for _ in 0..<10 {
            await #expect(throws: SignInRefusal.unknownToken) { try await signIn.with(token: "guess", from: attacker) }
        }
        await #expect(throws: SignInRefusal.tooManyAttempts(retryAfter: 30)) {
            try await signIn.with(token: GatewayFixture.adminToken, from: attacker)
        }
        _ = try await signIn.with(token: GatewayFixture.adminToken, from: RequestOrigin(address: "192.0.2.2"))
        gateway.advance(by: 29)
        await #expect(throws: SignInRefusal.tooManyAttempts(retryAfter: 1)) {
            try await signIn.with(token: "guess", from: attacker)
        }
        gateway.advance(by: 1)
        _ = try await signIn.with(token: GatewayFixture.adminToken, from: attacker)
        let refused = try await gateway.audit().filter { $0.action == "session.refuse" }
        #expect(refused.count == 10, "those beyond the limit are not written down: they would fill the disk")
        #expect(refused.first?.address == "192.0.2.1")
    }

    @Test func `who signs in rightly is never limited`() async throws {
        let gateway = try await GatewayFixture()
        for _ in 0..<50 {
            _ = try await gateway.gateway.signIn.with(
                token: GatewayFixture.adminToken, from: RequestOrigin(address: "192.0.2.1"))
        }
    }

    @Test func `one network of IPv6 is one address`() {
        let limiter = AttemptLimiter(burst: 2, interval: 30)
        let now = Date(timeIntervalSince1970: 1_780_000_000)
        #expect(limiter.admit("2001:db8::1", at: now) == nil)
        #expect(limiter.admit("2001:db8::2", at: now) == nil)
        #expect(limiter.admit("2001:db8::3", at: now) == 30)
        #expect(limiter.admit("2001:db8:0:1::3", at: now) == nil)
    }

    @Test func `attempts cost the same however many addresses make them`() {
        let limiter = AttemptLimiter(burst: 2, interval: 30, places: 8)
        let now = Date(timeIntervalSince1970: 1_780_000_000)
        let admitted = (0..<10_000).filter { limiter.admit("10.0.\($0 / 256).\($0 % 256)", at: now) == nil }
        #expect(admitted.count == 16)
    }
}
