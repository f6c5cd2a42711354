import Foundation
import PreviewDomain
import TestSupport

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
