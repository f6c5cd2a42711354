import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite struct NodeImageTests {
    @Test func `the node says which images its folder holds, and that again when there are others`() async throws {
        let image = ["shop/orders:1.4.0": Programs.server("one"), "shop/orders:1.5.0": Programs.server("two")]
        try await RunningNode.run(images: image) { node in
            let names: @Sendable (JSONValue) -> [String] = { status in
                (status["images"].array ?? []).compactMap { $0["names"][0].string }
            }
            try await node.wait(.nodes, nil, "dev", "it reports them") {
                names($0.status) == ["shop/orders:1.4.0", "shop/orders:1.5.0"]
            }
            let store = ImageStore(directory: "\(node.directory)/images")
            let report = NodeImageReport(cluster: node.cluster, name: "dev", images: store)
            try FileManager.default.removeItem(atPath: "\(node.directory)/images/shop/orders/1.4.0")
            try report.report()
            try await node.wait(.nodes, nil, "dev", "it reports what is left") {
                names($0.status) == ["shop/orders:1.5.0"]
            }
        }
    }

    @Test func `no folder is no image`() {
        #expect(ImageStore(directory: "/nowhere").names.isEmpty)
    }
}
