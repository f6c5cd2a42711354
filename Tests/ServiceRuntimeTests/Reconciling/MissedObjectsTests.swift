import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct MissedObjectsTests {
    @Test func `what somebody deletes is missed at the second look, what goes with its preview is not`() async throws {
        let client = try await DevClusterProcess.shared().client(fieldManager: "tester")
        for isPreviewGone in [false, true] {
            let preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
            if !isPreviewGone {
                let namespace = KubernetesObject(
                    type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview))
                _ = try await client.create(namespace, as: .namespaces)
            }
            let objects = MissedObjects<String>(client: client)
            #expect(try await objects.absence(of: "orders-db") == .expected, "nobody knew it")
            objects.note("orders-db", of: preview)
            #expect(try await objects.absence(of: "orders-db") == .unclear, "it may go with its preview")
            objects.note("orders-db", of: preview)
            #expect(try await objects.absence(of: "orders-db") == .unclear, "it had come back")
            for _ in 0..<2 {
                let absence = try await objects.absence(of: "orders-db")
                #expect(absence == (isPreviewGone ? .expected : .deleted(from: preview)), "until it was reported")
            }
            objects.forget("orders-db")
            #expect(try await objects.absence(of: "orders-db") == .expected, "it is said once")
        }
    }
}
