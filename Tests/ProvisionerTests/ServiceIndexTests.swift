import KubernetesClient
import Testing

@testable import Provisioner

struct ServiceIndexTests {
    @Test func `what is missing counts once every type has been listed`() {
        let index = ServiceIndex(cluster: "local")
        for type in ServiceIndex.types {
            #expect(!index.isComplete)
            _ = index.record(.initial([]), of: type)
        }
        #expect(index.isComplete)
    }
}
