import Foundation
import HTTPTypes
import KubernetesClient
import Testing

@testable import APIGateway

/// Bodies that are as long as they may be, and wrong all over.
@Suite struct LargeInputTests {
    @Test(arguments: ["/previews", "/preview-plans"])
    func `a body with 100,000 problems has its first thousand named`(path: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        let variables = (0..<1000).map { "\"a\($0)\":1" }.joined(separator: ",")
        let service = "{\"application\":\"shop/orders\",\"variables\":{\(variables)}}"
        let services = Array(repeating: service, count: 100).joined(separator: ",")
        try await gateway.serving {
            let answer = try await gateway.call(
                .post, path, body: "{\"name\":\"x\",\"cluster\":\"local\",\"services\":[\(services)]}")
            let named = path == "/previews" ? answer.json["errors"].array : answer.json["problems"].array
            let fields = try #require(named).compactMap { $0["field"].string }
            #expect(fields.filter { $0.contains(".variables.") }.count == 1000)
            #expect(fields.contains("services[0].targetVersion") && fields.contains("services[99].targetVersion"))
        }
    }
}
