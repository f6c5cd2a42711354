import Foundation
import PreviewDomain

/// Numbers that are the same for the same seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Previews of any shape, and reports about them.
enum RandomPreview {
    static let start = Date(timeIntervalSince1970: 1_780_000_000)

    static func preview(using generator: inout SeededGenerator) -> Preview {
        let databases = (0..<Int.random(in: 0...2, using: &generator)).map { index in
            PreviewDatabase(name: "db-\(index)", source: .init(namespace: "shop", cluster: "db-\(index)"))
        }
        let services = (0..<Int.random(in: 1...4, using: &generator)).map { index in
            ServiceSpecification(
                name: "service-\(index)", application: .init(namespace: "shop", name: "service-\(index)"),
                sourceVersion: "1", targetVersion: "2", externalDNS: Bool.random(using: &generator),
                databases: databases.filter { _ in Bool.random(using: &generator) }.map(\.name))
        }
        return Preview(
            id: .random(using: &generator), organization: .default, name: "any", cluster: "local", origin: .api,
            createdBy: "someone", createdAt: start, ttl: 86_400, services: services, databases: databases)
    }

    /// A report about any part, in any state, at any time, sometimes of another generation.
    static func fact(of snapshot: PreviewSnapshot, using generator: inout SeededGenerator) -> Fact {
        let preview = snapshot.preview
        let all =
            snapshot.parts + preview.services.map { .promotion($0.name) }
            + CleanupParticipant.allCases.map { .cleanup($0) }
        let part = all.randomElement(using: &generator) ?? .namespace
        let state = PartState.allCases.randomElement(using: &generator) ?? .working
        return Fact(
            part: part, generation: Int.random(in: 1...2, using: &generator), state: state,
            observedAt: start.addingTimeInterval(Double(Int.random(in: 0...20, using: &generator))),
            message: ["one", "two", nil].randomElement(using: &generator) ?? nil,
            failure: state == .failed ? Failure(reason: "Any", message: "any") : nil)
    }
}
