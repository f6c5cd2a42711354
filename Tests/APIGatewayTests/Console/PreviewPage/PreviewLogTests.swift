import Foundation
import HTTPTypes
import PreviewDomain
import Synchronization
import Testing

@testable import APIGateway

/// The logs of a preview's services.
@Suite struct PreviewLogTests {
    @Test func `lines are shown by container, filtered, and can be had as text`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.logs.withLock {
                $0 = [.init(pod: "orders-1", container: "orders", lines: ["hello <b>", "an Error \u{202E}", "bye"])]
            }
            let client = try await ConsoleClient(gateway, role: .viewer)
            let path = "/previews/\(preview.id)/services/orders/logs"
            let page = try await client.get(path)
            #expect(page.text(of: "log-orders-1-orders")?.contains("hello <b>\nan Error \u{202E}\nbye") == true)
            #expect(page.html.contains("data-poll=\"2000\""))
            #expect(page.text.contains("3 lines"))
            let filtered = try await client.get("\(path)?q=error&lines=100")
            #expect(filtered.text.contains("1 of 3 lines"))
            #expect(!filtered.text.contains("hello"))
            #expect(filtered.html.contains("\(path).txt?lines=100&amp;q=error"))
            let text = try await client.get("\(path).txt?q=error")
            #expect(text.html == "an Error \u{202E}\n")
            #expect(text.headers[.contentType] == "text/plain; charset=utf-8")
            let name = "attachment; filename=\"orders-\(preview.id).log\""
            #expect(text.headers[.contentDisposition] == name)
            #expect(try await client.get("/previews/\(preview.id)/services/payments/logs").status == 404)
        }
    }

    @Test func `where there are no lines, the page says why`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            let path = "/previews/\(preview.id)/services/orders/logs"
            let silent = try await client.get(path)
            #expect(silent.status == 200)
            #expect(silent.text.contains("Nobody answered within 5 s; check that the provisioner runs."))
            gateway.logs.withLock { $0 = [] }
            #expect(try await client.get(path).text.contains("There is no pod of orders yet"))
            _ = try await client.post("/previews/\(preview.id)/tear-down")
            let over = try await client.get(path)
            #expect(over.text.contains("The preview has ended, and its pods are gone with it."))
            #expect(!over.html.contains("data-poll"))
            #expect(try await client.get("\(path).txt").status == 409)
        }
    }
}
