import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@testable import Promoter

@Suite struct ProductionApplicationTests {
    private static let orders = ApplicationReference(namespace: "shop", name: "orders")

    private func objection(runs version: String, _ attempt: PromotionAttempt) throws -> Failure? {
        let application = ProductionApplication(
            reference: Self.orders, deployments: [], image: ImageReference("shop/orders:\(version)"), release: nil)
        let preview = PreviewReference(
            id: try #require(PreviewID(rawValue: "bbbbbbbb")), organization: .default, cluster: "local")
        return application.objection(
            to: PromotionRequested(
                preview: preview, service: "orders", application: Self.orders, sourceVersion: "1.4.0",
                targetVersion: "1.5.0", approval: Approval(by: "ada", at: Date(), version: "1.5.0"), attempt: attempt))
    }

    @Test(arguments: [
        ("1.4.0", PromotionAttempt(), true), ("1.4.1", PromotionAttempt(), false),
        ("1.4.1", PromotionAttempt(number: 2, force: true), true),
        ("1.4.1", PromotionAttempt(number: 2, force: true, production: "1.4.1"), true),
        ("1.4.2", PromotionAttempt(number: 2, force: true, production: "1.4.1"), false),
        ("1.4.0", PromotionAttempt(number: 2, force: true, production: "1.4.1"), true),
        ("1.4.1", PromotionAttempt(number: 2, production: "1.4.1"), false),
    ])
    func `production is changed where it is what the preview began from, or what a person looked at`(
        runs: String, attempt: PromotionAttempt, isChanged: Bool
    ) throws {
        #expect(try (objection(runs: runs, attempt) == nil) == isChanged)
    }

    @Test func `a refusal says what production runs, and what to do in the words of console and API`() throws {
        let failure = try #require(
            try objection(runs: "1.4.2", PromotionAttempt(number: 2, force: true, production: "1.4.1")))
        #expect(failure.reason == "ProductionMovedOn")
        #expect(
            failure.message
                == "Production runs shop/orders 1.4.2, but the preview started from 1.4.0, and who promoted it anyway had "
                + "looked at 1.4.1.")
        #expect(
            failure.nextStep == "Check that 1.5.0 may replace it, then promote anyway (by the API: retry with force).")
    }
}
